"""Calendars to subscribe to: the link that programs read, and the page where one gets one's own."""

from django.urls import path

from tenant_apps.feeds import views

urlpatterns = [
    path("calendars/<str:token>/calendar.ics", views.calendar_feed, name="calendar_feed"),
    path("my/calendar/", views.my_calendar, name="my_calendar"),
    path("my/calendar/new/", views.my_calendar_new, name="my_calendar_new"),
    path("my/calendar/off/", views.my_calendar_off, name="my_calendar_off"),
]
