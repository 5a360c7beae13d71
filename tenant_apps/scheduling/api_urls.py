"""Scheduling by API."""

from django.urls import path

from shared_apps.api.endpoints import Actions
from tenant_apps.scheduling.api import (
    CourseSessionViewSet,
    PlaceViewSet,
    RoomViewSet,
    SessionRunViewSet,
    SessionViewSet,
    VehicleViewSet,
)
from tenant_apps.scheduling.attendance_api import SessionAttendance
from tenant_apps.scheduling.calendar.api import Calendar
from tenant_apps.scheduling.series_api import SessionsFromARule

ALL: Actions = {"get": "list", "post": "create"}
ONE: Actions = {"get": "retrieve", "patch": "partial_update", "put": "partial_update", "delete": "destroy"}

urlpatterns = [
    path("calendar", Calendar.as_view()),
    path("sessions", SessionViewSet.as_view(ALL)),
    path("sessions/series", SessionsFromARule.as_view()),
    path("sessions/<uuid:pk>", SessionViewSet.as_view(ONE)),
    path("sessions/<uuid:pk>/attendance", SessionAttendance.as_view()),
    path("sessions/<uuid:pk>/start", SessionRunViewSet.as_view({"post": "start"})),
    path("sessions/<uuid:pk>/complete", SessionRunViewSet.as_view({"post": "complete"})),
    path("sessions/<uuid:pk>/cancel", SessionViewSet.as_view({"post": "cancel"})),
    path("sessions/<uuid:pk>/publish", SessionViewSet.as_view({"post": "publish"})),
    path("sessions/<uuid:pk>/confirm", SessionViewSet.as_view({"post": "confirm"})),
    path("courses/<uuid:course_id>/sessions", CourseSessionViewSet.as_view(ALL)),
    path("courses/<uuid:course_id>/sessions/<uuid:pk>", CourseSessionViewSet.as_view(ONE)),
    path("places", PlaceViewSet.as_view({"get": "list"})),
    path("rooms", RoomViewSet.as_view({"get": "list"})),
    path("vehicles", VehicleViewSet.as_view({"get": "list"})),
]
