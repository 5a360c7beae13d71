"""When a new provider's people are written to, before it has chosen anything."""

from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import tenant_made
from tenant_apps.scheduling.models import SessionNotices


@tenant_made.add
def seed_notices(tenant: Tenant) -> None:
    """The row exists from the start, so that nobody who reads it has to make it."""
    SessionNotices.objects.create()
