"""What every page knows about the site it is on."""

from typing import Any

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`site`: the tenant and its brand; on the platform, Muster's own."""
    tenant = getattr(request, "tenant", None)
    brand = None
    if tenant is not None:
        from django.apps import apps

        brand = apps.get_model("branding", "Brand").objects.first()
    return {"site": {"tenant": tenant, "name": tenant.name if tenant else "Muster", "brand": brand}}
