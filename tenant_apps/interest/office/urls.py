"""Interest in courses without dates, in the office."""

from django.urls import path

from tenant_apps.interest.office import views

urlpatterns = [
    path("interest/", views.interest, name="interest"),
    path("interest/export.csv", views.interest_export, name="interest_export"),
]
