"""What browsers fetch to show the brand: its stylesheet, its mark and the tenant's files."""

import gzip

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import condition, require_safe

from shared_apps.core.permissions import allow
from shared_apps.tenants.context import current_tenant
from shared_apps.web.page_cache import recall
from tenant_apps.branding import art
from tenant_apps.branding.models import Brand
from tenant_apps.branding.palette import brand_css as stylesheet

HOUR, YEAR = 3600, 365 * 24 * 3600
# What a browser may show on our origin; anything else is handed over as a file.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"}
PACKED = ("text/css", "image/svg+xml")


def brand_of(request: HttpRequest) -> Brand:
    """The tenant's brand, read once a request; the default one where nobody has chosen yet."""
    kept = vars(request)
    if "brand" not in kept:
        kept["brand"] = recall(Brand, lambda: Brand.objects.first() or Brand())
    brand: Brand = kept["brand"]
    return brand


def keep(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Let browsers keep it: for good under a versioned URL (`?v=`), else for an hour. Text goes packed."""
    if "v" in request.GET:
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=HOUR)
    if response["Content-Type"].startswith(PACKED):
        patch_vary_headers(response, ["Accept-Encoding"])
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = gzip.compress(response.content, 6, mtime=0)
            response["Content-Encoding"] = "gzip"
    return response


def brand_etag(request: HttpRequest, *args: object, **kwargs: object) -> str:
    """Of everything that is drawn from the brand alone."""
    return f'"{current_tenant().slug}-{brand_of(request).version}"'


@allow("public")
@require_safe
@condition(etag_func=brand_etag)
def brand_css(request: HttpRequest) -> HttpResponse:
    """The brand as CSS variables."""
    brand = brand_of(request)
    css = stylesheet(brand.colours, display_font=brand.display_font)
    return keep(HttpResponse(css, content_type="text/css; charset=utf-8"), request)


@allow("public")
@require_safe
@condition(etag_func=brand_etag)
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark drawn from the tenant's name."""
    return svg(art.logo(current_tenant().name, brand_of(request).colours), request)


def svg(drawing: str, request: HttpRequest) -> HttpResponse:
    """A picture that can do nothing, even when it is opened by itself."""
    response = HttpResponse(drawing, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return keep(response, request)
