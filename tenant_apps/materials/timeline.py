"""What timelines say of materials: they stand in those of the course or the session that has them."""

from uuid import UUID

from shared_apps.events.timeline import About, records, rows_of, subject
from tenant_apps.catalogue.models import Course
from tenant_apps.materials.models import Material
from tenant_apps.scheduling.timeline import sessions

_courses = records(Course.objects.all, str, "office:course")


def _owners(pks: set[UUID]) -> dict[UUID, About]:
    return {**_courses(pks), **sessions(pks)}


subject("material", find=_owners)
rows_of("material_id", lambda: Material.objects.all())
