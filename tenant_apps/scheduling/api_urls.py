"""Scheduling by API."""

from django.urls import path

from tenant_apps.scheduling.api import CourseSessionViewSet, SessionViewSet

urlpatterns = [
    path("sessions", SessionViewSet.as_view({"get": "list"})),
    path("sessions/<uuid:pk>", SessionViewSet.as_view({"get": "retrieve"})),
    path("courses/<uuid:course_id>/sessions", CourseSessionViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "courses/<uuid:course_id>/sessions/<uuid:pk>",
        CourseSessionViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
]
