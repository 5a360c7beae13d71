"""Everything that happened here, who did it, and where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shared_apps.events.models import Event
from shared_apps.events.timeline import About, Entry, abouts, entries_of

KINDS = {
    "bookings": (_("Bookings"), ["booking"]),
    "money": (_("Money"), ["payment", "refund", "order", "credit"]),
    "calendar": (_("Calendar"), ["session", "course", "place"]),
    "people": (_("People"), ["student", "trainer", "person"]),
    "house": (_("Team and settings"), ["colleague", "settings", "message"]),
}


@dataclass(frozen=True)
class Line:
    """One thing that happened: `what` it happened to, and the name of the URL of that, "" where none can be opened."""

    entry: Entry
    page: str
    pk: UUID | None
    what: str


def happenings(kind: str = "", by: str = "") -> QuerySet[Event]:
    """All events, newest first: those of a `kind` (see `KINDS`), those done by people whose name has `by` in it."""
    rows = Event.objects.order_by("-id")
    if kind in KINDS:
        where = Q()
        for word in KINDS[kind][1]:
            where |= Q(name__startswith=f"{word}.")
        rows = rows.filter(where)
    return rows.filter(by_name__icontains=by) if by else rows


def lines(events: Sequence[Event]) -> list[Line]:
    """`events` in words, each with the record it happened to. At most one query for each kind of record."""
    found, nothing = abouts(events), About("", "", None)
    return [
        Line(entry, about.page, about.pk, about.name)
        for event, entry in zip(events, entries_of(events), strict=True)
        for about in [found.get(event.subject_id, nothing) if event.subject_id else nothing]
    ]
