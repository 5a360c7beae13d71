"""Settings by API."""

from django.urls import path

from tenant_apps.branding.api import SettingsView

urlpatterns = [path("settings", SettingsView.as_view())]
