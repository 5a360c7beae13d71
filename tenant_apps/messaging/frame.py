"""What every email shows of the provider: colours, logo, address."""

from functools import lru_cache

from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.urls import tenant_url
from tenant_apps.branding.models import Brand
from tenant_apps.branding.palette import email_colours, palette
from tenant_apps.messaging.tiles import Tile, initials, tiles


def frame() -> dict[str, object]:
    """The context of the layout of emails."""
    tenant, brand = current_tenant(), Brand.objects.load()
    colours, row = _looks(tenant.slug, brand.primary_colour, brand.accent_colour)
    return {
        "brand": colours,
        "tiles": row,
        "logo_url": tenant_url("media", brand.mailed_logo) if brand.mailed_logo else "",
        "initials": initials(tenant.name),
        "tenant": tenant,
        "site_name": tenant.name,
        "site_url": tenant.base_url,
        "language": tenant.locale,
        "address": brand.address,
        "contact_email": brand.contact_email,
        "contact_phone": brand.contact_phone,
    }


@lru_cache(maxsize=500)
def _looks(slug: str, primary: str, accent: str) -> tuple[dict[str, str], list[Tile]]:
    colours = email_colours(palette(primary, accent))
    return colours, tiles(slug, colours)
