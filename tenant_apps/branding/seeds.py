"""A new tenant's look, before it has chosen any."""

from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import tenant_made
from tenant_apps.branding.models import Brand


@tenant_made.add
def seed_brand(tenant: Tenant) -> None:
    """The row exists from the start, so that no page has to make it."""
    is_school = tenant.kind == Tenant.Kind.DRIVING_SCHOOL
    Brand.objects.create(trainer_word="Instructor" if is_school else "Trainer")
