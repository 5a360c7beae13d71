"""Notices by API."""

from django.urls import path

from tenant_apps.messaging.api import NoticeViewSet, PreferencesView

urlpatterns = [
    path("notifications", NoticeViewSet.as_view({"get": "list"})),
    path("notifications/<uuid:pk>/read", NoticeViewSet.as_view({"post": "mark_read"})),
    path("notification-preferences", PreferencesView.as_view()),
]
