"""Reports by API."""

from django.urls import path

from tenant_apps.reports.api import Dashboard

urlpatterns = [path("dashboard", Dashboard.as_view())]
