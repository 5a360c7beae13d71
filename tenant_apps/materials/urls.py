"""Materials, as those who come fetch them by their links."""

from django.urls import path

from tenant_apps.materials import views

urlpatterns = [
    path("bookings/<str:token>/materials/<uuid:pk>/", views.booking_material, name="booking_material"),
    path("materials/<str:token>/", views.attendee_materials, name="attendee_materials"),
    path("materials/<str:token>/<uuid:pk>/", views.attendee_material, name="attendee_material"),
]
