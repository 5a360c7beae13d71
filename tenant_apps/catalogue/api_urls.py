"""Catalogue by API."""

from django.urls import path

from tenant_apps.catalogue.api import AudienceViewSet, CategoryViewSet, CourseViewSet

urlpatterns = [
    path("courses", CourseViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "courses/<uuid:pk>",
        CourseViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "put": "partial_update", "delete": "destroy"}
        ),
    ),
    path("categories", CategoryViewSet.as_view({"get": "list"})),
    path("audiences", AudienceViewSet.as_view({"get": "list"})),
]
