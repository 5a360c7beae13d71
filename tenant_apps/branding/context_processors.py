"""What every page knows about the site it is on."""

from django.http import HttpRequest

from tenant_apps.branding.views import brand_of


def site(request: HttpRequest) -> dict[str, dict[str, object]]:
    """`site`: the tenant and its brand; on the platform, Muster's own."""
    tenant = getattr(request, "tenant", None)
    brand = brand_of(request) if tenant is not None else None
    name = tenant.name if tenant else "Muster"
    facts = {"tenant": tenant, "name": name, "brand": brand, "has_dark": True}
    vars(request)["site_facts"] = facts  # allauth's views hide `site` behind one of their own
    return {"site": facts}
