"""People by API."""

from django.urls import path

from tenant_apps.people.api import StudentViewSet, TrainerViewSet

urlpatterns = [
    path("students", StudentViewSet.as_view({"get": "list", "post": "create"})),
    path("students/<uuid:pk>", StudentViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("trainers", TrainerViewSet.as_view({"get": "list"})),
    path("trainers/<uuid:pk>", TrainerViewSet.as_view({"get": "retrieve"})),
]
