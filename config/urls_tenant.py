"""A tenant's site: public pages, accounts, the office, and the API on its own host."""

from django.urls import include, path

from shared_apps.web.styleguide.views import styleguide

handler400 = "shared_apps.api.handlers.bad_request"
handler403 = "shared_apps.api.handlers.forbidden"
handler404 = "shared_apps.api.handlers.not_found"
handler500 = "shared_apps.api.handlers.server_error"

office = [
    path("", include("shared_apps.jobs.urls")),
    path("", include("shared_apps.lists.urls")),
    path("", include("shared_apps.web.office_urls")),
    path("", include("tenant_apps.reports.urls")),
    path("", include("tenant_apps.catalogue.office.urls")),
    path("", include("tenant_apps.scheduling.office.urls")),
    path("", include("tenant_apps.questions.office.urls")),
    path("", include("tenant_apps.bookings.office.urls")),
    path("", include("tenant_apps.interest.office.urls")),
    path("", include("tenant_apps.certificates.office.urls")),
    path("", include("tenant_apps.reviews.office.urls")),
    path("", include("tenant_apps.materials.office.urls")),
    path("", include("tenant_apps.feeds.office.urls")),
    path("", include("tenant_apps.people.office.urls")),
    path("", include("tenant_apps.messaging.office.urls")),
    path("", include("tenant_apps.branding.office.urls")),
    path("", include("tenant_apps.terms.office.urls")),
    path("", include("tenant_apps.payments.office.urls")),
]

urlpatterns = [
    path("", include("tenant_apps.website.urls")),
    path("", include("tenant_apps.branding.urls")),
    path("", include("shared_apps.files.urls")),
    path("", include("tenant_apps.bookings.urls")),
    path("", include("tenant_apps.interest.urls")),
    path("", include("tenant_apps.certificates.urls")),
    path("", include("tenant_apps.reviews.urls")),
    path("", include("tenant_apps.materials.urls")),
    path("", include("tenant_apps.feeds.urls")),
    path("", include("tenant_apps.people.own_urls")),
    path("", include("tenant_apps.messaging.urls")),
    path("accounts/", include("config.urls_accounts")),
    path("admin/", include((office, "office"))),
    path("api/", include("config.urls_api")),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/<slug:page>/", styleguide, name="styleguide"),
]
