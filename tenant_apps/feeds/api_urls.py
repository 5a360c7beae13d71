"""Calendars to subscribe to, by API."""

from django.urls import path

from tenant_apps.feeds.api import OwnFeeds

urlpatterns = [
    path("calendar-feeds", OwnFeeds.as_view({"get": "list", "post": "create"})),
    path("calendar-feeds/<uuid:pk>", OwnFeeds.as_view({"delete": "destroy"})),
]
