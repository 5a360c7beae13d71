"""The office's pages that look across all apps."""

from django.urls import path

from tenant_apps.reports.views import activity, dashboard, people, search, undelivered

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("search/", search.search, name="search"),
    path("activity/", activity.activity, name="activity"),
    path("undelivered/", undelivered.undelivered, name="undelivered"),
    path("undelivered/<str:kind>/<uuid:pk>/again/", undelivered.undelivered_again, name="undelivered_again"),
    path("undelivered/<str:kind>/<uuid:pk>/drop/", undelivered.undelivered_drop, name="undelivered_drop"),
    path("students/", people.students, name="students"),
    path("students/export.csv", people.students_export, name="students_export"),
    path("students/<uuid:pk>/", people.student, name="student"),
]
