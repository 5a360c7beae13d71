"""A new tenant's choices about money, before it has made any."""

from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import tenant_made
from tenant_apps.payments.models import PaymentSettings


@tenant_made.add
def seed_payment_settings(tenant: Tenant) -> None:
    """The row exists from the start, so that no payment has to make it."""
    PaymentSettings.objects.create()
