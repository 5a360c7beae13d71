"""Sessions in the office."""

from django.urls import path

from tenant_apps.scheduling.office import several_views, views

urlpatterns = [
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/export.csv", views.sessions_export, name="sessions_export"),
    path("courses/<uuid:pk>/sessions/", views.course_sessions, name="course_sessions"),
    path("courses/<uuid:pk>/sessions/new/", views.session_new, name="session_new"),
    path("courses/<uuid:pk>/sessions/several/", several_views.sessions_several, name="sessions_several"),
    path("courses/<uuid:pk>/sessions/take-back/", several_views.sessions_take_back, name="sessions_take_back"),
    path("places/", views.places, name="places"),
    path("places/new/", views.place_new, name="place_new"),
    path("places/<uuid:pk>/", views.place_edit, name="place_edit"),
    path("sessions/<uuid:pk>/duplicate/", views.session_duplicate, name="session_duplicate"),
]
