"""The API of one tenant: below `/api/tenant/<slug>/` on the main hosts, below `/api/` on its own."""

from django.urls import include, path

from shared_apps.api.openapi import document, reference

handler400 = "shared_apps.api.handlers.bad_request"
handler403 = "shared_apps.api.handlers.forbidden"
handler404 = "shared_apps.api.handlers.not_found"
handler500 = "shared_apps.api.handlers.server_error"

urlpatterns = [
    path("openapi.json", document, name="api_document"),
    path("docs", reference, name="api_reference"),
    path("", include("shared_apps.accounts.api_urls")),
    path("", include("shared_apps.jobs.api_urls")),
    path("", include("tenant_apps.catalogue.api_urls")),
    path("", include("tenant_apps.branding.api_urls")),
    path("", include("tenant_apps.terms.api_urls")),
    path("", include("tenant_apps.people.api_urls")),
    path("", include("tenant_apps.messaging.api_urls")),
    path("", include("tenant_apps.scheduling.api_urls")),
    path("", include("tenant_apps.bookings.api_urls")),
    path("", include("tenant_apps.interest.api_urls")),
    path("", include("tenant_apps.questions.api_urls")),
    path("", include("tenant_apps.certificates.api_urls")),
    path("", include("tenant_apps.reviews.api_urls")),
    path("", include("tenant_apps.materials.api_urls")),
    path("", include("tenant_apps.feeds.api_urls")),
    path("", include("tenant_apps.payments.api_urls")),
    path("", include("tenant_apps.reports.api_urls")),
    path("", include("shared_apps.tenants.coming_urls")),
]
