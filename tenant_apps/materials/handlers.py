"""What materials do when something happens below them."""

from shared_apps.events.bus import on
from tenant_apps.bookings.selectors import also_mine
from tenant_apps.materials.models import Material, News
from tenant_apps.materials.selectors import also_theirs
from tenant_apps.scheduling.events import SessionTookOver


@on(SessionTookOver, name="materials.take_along", now=True)
def take_materials_along(event: SessionTookOver) -> None:
    """A session on another date has the materials of the one in whose place it stands, and what is untold of them."""
    Material.objects.filter(session=event.from_id).update(session=event.session_id)
    News.objects.filter(session=event.from_id).update(session=event.session_id)


also_mine.add(also_theirs)
