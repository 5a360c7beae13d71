"""The lists a new tenant begins with. They are its own from then on."""

from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import tenant_made
from tenant_apps.catalogue.models import Audience, Category

TRAINING = [
    ("gas", "Gas", "flame", "flame"),
    ("heat-pumps", "Heat pumps", "air", "fan"),
    ("electrical", "Electrical", "electrical", "zap"),
    ("ai", "Artificial intelligence", "ai", "brain-circuit"),
    ("robotics", "Robotics", "robotics", "bot"),
    ("data", "Data", "data", "chart-column"),
    ("iot", "Internet of things", "iot", "wifi"),
    ("cybersecurity", "Cybersecurity", "security", "shield-check"),
    ("blockchain", "Blockchain", "chain", "blocks"),
    ("development", "Software development", "code", "code-xml"),
]
DRIVING = [
    ("theory", "Theory test", "theory", "book-open-check"),
    ("lessons", "Driving lessons", "road", "car"),
    ("first-aid", "First aid", "firstaid", "heart-pulse"),
]
AUDIENCES = [("adults", "Adults"), ("kids", "Kids"), ("corporate", "Corporate")]


@tenant_made.add
def seed_lists(tenant: Tenant) -> None:
    """Sensible categories for the tenant's kind, and audiences, so that the first course can be made at once."""
    subjects = DRIVING if tenant.kind == Tenant.Kind.DRIVING_SCHOOL else TRAINING
    Category.objects.bulk_create(
        Category(slug=slug, name=name, motif=motif, icon=icon, position=position)
        for position, (slug, name, motif, icon) in enumerate(subjects)
    )
    Audience.objects.bulk_create(
        Audience(slug=slug, name=name, position=position) for position, (slug, name) in enumerate(AUDIENCES)
    )
