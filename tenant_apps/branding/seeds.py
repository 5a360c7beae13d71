"""A new tenant's look and choices, before it has made any."""

from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import tenant_made
from tenant_apps.branding.models import Brand, Settings


@tenant_made.add
def seed_brand(tenant: Tenant) -> None:
    """The rows exist from the start, so that no booking has to make them."""
    is_school = tenant.kind == Tenant.Kind.DRIVING_SCHOOL
    Brand.objects.create(trainer_word="Instructor" if is_school else "Trainer")
    Settings.objects.create()
