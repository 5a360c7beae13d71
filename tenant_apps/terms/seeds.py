"""A new tenant's terms, before it has chosen any."""

from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import tenant_made
from tenant_apps.terms.models import BookingTerms


@tenant_made.add
def seed_terms(tenant: Tenant) -> None:
    """The row exists from the start, so that no booking has to make it."""
    BookingTerms.objects.create()
