"""The office's pages that look across all apps."""

from django.urls import path

from tenant_apps.reports.views import dashboard, people, search

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("search/", search.search, name="search"),
    path("students/", people.students, name="students"),
    path("students/<uuid:pk>/", people.student, name="student"),
]
