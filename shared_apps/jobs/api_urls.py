"""Jobs by API."""

from django.urls import path

from shared_apps.jobs.api import JobViewSet

urlpatterns = [
    path("jobs", JobViewSet.as_view({"get": "list"})),
    path("jobs/<uuid:pk>", JobViewSet.as_view({"get": "retrieve"})),
    path("jobs/<uuid:pk>/cancel", JobViewSet.as_view({"post": "cancel"})),
]
