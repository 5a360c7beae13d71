"""The tenant's settings in the office."""

from django.urls import path

from tenant_apps.branding import office_views

urlpatterns = [
    path("settings/", office_views.settings, name="settings"),
    path("settings/look.json", office_views.look, name="look"),
]
