"""The provider's booking terms in the office."""

from django.urls import path

from tenant_apps.terms.office import version_views, views

urlpatterns = [
    path("settings/booking/", views.booking_terms, name="settings_booking"),
    path("settings/terms/", version_views.terms, name="settings_terms"),
    path("settings/terms/<uuid:pk>/", version_views.terms_version, name="terms_version"),
    path("settings/terms/<slug:kind>/draft/", version_views.terms_draft, name="terms_draft"),
    path("settings/terms/<slug:kind>/starter/", version_views.terms_starter, name="terms_starter"),
    path("settings/terms/<slug:kind>/publish/", version_views.terms_publish, name="terms_publish"),
    path("settings/terms/<slug:kind>/discard/", version_views.terms_discard, name="terms_discard"),
]
