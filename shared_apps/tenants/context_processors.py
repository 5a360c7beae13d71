"""What every page knows about the site it is on."""

from typing import Any

from django.http import HttpRequest

from shared_apps.web.page_cache import recall


def site(request: HttpRequest) -> dict[str, Any]:
    """`site`: the tenant and its brand; on the platform, Muster's own."""
    tenant = getattr(request, "tenant", None)
    brand = None
    if tenant is not None:
        from django.apps import apps

        # A view that needed the brand itself has left it on the request. A new tenant has the default one.
        brands = apps.get_model("branding", "Brand")
        brand = getattr(request, "brand", None) or recall(brands, lambda: brands.objects.first() or brands())
    name = tenant.name if tenant else "Muster"
    facts = {"tenant": tenant, "name": name, "brand": brand, "has_dark": True}
    request.site_facts = facts  # type: ignore[attr-defined]  # allauth's views hide `site` behind one of their own
    return {"site": facts}
