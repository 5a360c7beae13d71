"""Absolute links to a tenant's pages from anywhere: API answers, emails, jobs."""

from django.conf import settings
from django.urls import get_script_prefix, reverse

from shared_apps.tenants.context import current_tenant


def tenant_url(name: str, *args: object, **kwargs: object) -> str:
    """The canonical absolute URL of page `name` at the current tenant, whatever URL the request came by."""
    path = reverse(name, urlconf=settings.TENANT_URLCONF, args=args, kwargs=kwargs)
    return f"{current_tenant().base_url}/{path.removeprefix(get_script_prefix())}"
