"""The kinds of notices about materials: what they may say, and how they go."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.bookings.notice_kinds import BOOKING, COURSE, FACTS
from tenant_apps.materials.models import Material
from tenant_apps.messaging.kinds import EMAIL, Audience, Context, Kind, Variable, add_kinds
from tenant_apps.messaging.models.notices import Priority


def _titles(context: Context) -> str:
    rows = context["materials"]
    assert isinstance(rows, list)
    return ", ".join(str(row) for row in rows if isinstance(row, Material))


TITLES = Variable("materials", _("what was added"), "Handout, Slides of day one", _titles)
PAGE = Variable("link", _("the link to them"), "https://example.org/b/7QK2", lambda context: str(context["url"]))
SHORT = _("New for {{ course }}, {{ day }}: {{ materials }}.")

add_kinds([
    Kind(
        "materials/added", _("Materials added"), Audience.BUYER, SHORT, (*BOOKING, TITLES), details=FACTS,
        essential=False, fallback=(EMAIL,), priority=Priority.LOW, action=_("See the materials"), module=__name__,
    ),
    Kind(
        "materials/attending_added", _("Materials added, for attendees"), Audience.ATTENDEE, SHORT,
        (*COURSE, TITLES, PAGE), details=FACTS, essential=False, fallback=(), priority=Priority.LOW,
        action=_("See the materials"), module=__name__,
    ),
])  # fmt: skip
