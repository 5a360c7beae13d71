"""Materials by API."""

from django.urls import path

from shared_apps.api.endpoints import Actions
from tenant_apps.materials.api import CourseMaterials, MaterialFile, MaterialViewSet, SessionMaterials

ONE: Actions = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
ALL: Actions = {"get": "list", "post": "create"}

urlpatterns = [
    path("sessions/<uuid:session_id>/materials", SessionMaterials.as_view(ALL)),
    path("courses/<uuid:course_id>/materials", CourseMaterials.as_view(ALL)),
    path("materials/<uuid:pk>", MaterialViewSet.as_view(ONE)),
    path("materials/<uuid:pk>/file", MaterialFile.as_view(), name="material_file_api"),
]
