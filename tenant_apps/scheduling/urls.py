"""Sessions in the office."""

from django.urls import path

from tenant_apps.scheduling import views

urlpatterns = [
    path("sessions/", views.sessions, name="sessions"),
    path("courses/<uuid:pk>/sessions/", views.course_sessions, name="course_sessions"),
    path("courses/<uuid:pk>/sessions/new/", views.session_new, name="session_new"),
    path("sessions/<uuid:pk>/edit/", views.session_edit, name="session_edit"),
    path("sessions/<uuid:pk>/duplicate/", views.session_duplicate, name="session_duplicate"),
]
