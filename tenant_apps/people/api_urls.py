"""People by API."""

from django.urls import path

from shared_apps.api.endpoints import Actions
from tenant_apps.people.api import StudentViewSet, TrainerViewSet, UserViewSet

CHANGED: Actions = {"get": "retrieve", "patch": "partial_update", "put": "partial_update"}

urlpatterns = [
    path("users", UserViewSet.as_view({"get": "list"})),
    path("users/<uuid:pk>", UserViewSet.as_view({**CHANGED, "delete": "destroy"})),
    path("students", StudentViewSet.as_view({"get": "list", "post": "create"})),
    path("students/<uuid:pk>", StudentViewSet.as_view(CHANGED)),
    path("trainers", TrainerViewSet.as_view({"get": "list", "post": "create"})),
    path("trainers/<uuid:pk>", TrainerViewSet.as_view({**CHANGED, "delete": "destroy"})),
]
