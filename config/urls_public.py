"""The platform's own pages, on the main hosts."""

from django.conf import settings
from django.urls import include, path

from shared_apps.web.styleguide.views import styleguide

handler400 = "shared_apps.api.handlers.bad_request"
handler403 = "shared_apps.api.handlers.forbidden"
handler404 = "shared_apps.api.handlers.not_found"
handler429 = "shared_apps.web.views.too_many_requests"  # allauth looks for it, in ROOT_URLCONF
handler500 = "shared_apps.api.handlers.server_error"

urlpatterns = [
    path("", include("shared_apps.operator.urls")),
    path("accounts/", include("config.urls_accounts")),
    path("api/payments/webhooks/", include("tenant_apps.payments.platform_urls")),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/<slug:page>/", styleguide, name="styleguide"),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("shared_apps.sandbox.urls")))
