"""Courses in the office."""

from django.urls import path

from tenant_apps.catalogue.office import views

urlpatterns = [
    path("courses/", views.courses, name="courses"),
    path("courses/new/", views.course_new, name="course_new"),
    path("courses/<uuid:pk>/", views.course, name="course"),
    path("courses/<uuid:pk>/state/", views.course_state, name="course_state"),
]
