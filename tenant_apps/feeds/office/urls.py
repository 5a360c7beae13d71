"""Calendars to subscribe to, in the office."""

from django.urls import path

from tenant_apps.feeds.office import views

urlpatterns = [
    path("calendars/", views.feeds, name="feeds"),
    path("calendars/centre/new/", views.feed_new_centre, name="feed_new_centre"),
    path("calendars/rooms/<uuid:room>/new/", views.feed_new_room, name="feed_new_room"),
    path("calendars/trainers/<uuid:pk>/new/", views.feed_new_trainer, name="feed_new_trainer"),
    path("calendars/<uuid:feed>/off/", views.feed_off, name="feed_off"),
    path("calendars/mine/", views.my_feed, name="my_feed"),
    path("calendars/mine/new/", views.my_feed_new, name="my_feed_new"),
    path("calendars/mine/off/", views.my_feed_off, name="my_feed_off"),
]
