"""Materials in the office."""

from django.urls import path

from tenant_apps.materials.office import views

urlpatterns = [
    path("sessions/<uuid:pk>/materials/", views.session_materials, name="session_materials"),
    path("courses/<uuid:pk>/materials/", views.course_materials, name="course_materials"),
    path("materials/<uuid:pk>/", views.material, name="material"),
    path("materials/<uuid:pk>/file/", views.material_file, name="material_file"),
    path("materials/<uuid:pk>/move/", views.material_move, name="material_move"),
    path("materials/<uuid:pk>/remove/", views.material_remove, name="material_remove"),
    path("materials/<uuid:pk>/bring-back/", views.material_bring_back, name="material_bring_back"),
]
