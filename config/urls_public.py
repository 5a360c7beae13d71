"""The platform's own pages, on the main hosts."""

from django.conf import settings
from django.urls import include, path

from shared_apps.core.styleguide import styleguide

handler400 = "shared_apps.core.views.bad_request"
handler403 = "shared_apps.core.views.forbidden"
handler404 = "shared_apps.core.views.not_found"
handler429 = "shared_apps.core.views.too_many_requests"  # allauth looks for it, in ROOT_URLCONF
handler500 = "shared_apps.core.views.server_error"

urlpatterns = [
    path("", include("shared_apps.operator.urls")),
    path("accounts/", include("config.urls_accounts")),
    path("api/payments/webhooks/", include("tenant_apps.payments.connect_urls")),
    path("styleguide/", styleguide, name="styleguide"),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("shared_apps.sandbox.urls")))
