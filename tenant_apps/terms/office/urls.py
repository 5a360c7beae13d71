"""The provider's booking terms in the office."""

from django.urls import path

from tenant_apps.terms.office import views

urlpatterns = [path("settings/booking/", views.booking_terms, name="settings_booking")]
