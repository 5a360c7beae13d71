"""Everything that happened here, who did it, and where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.events.models import Event
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.bookings.history import Entry, entries_of
from tenant_apps.bookings.models import Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.messaging.models import Message
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Place, Session

KINDS = {
    "bookings": (_("Bookings"), ["booking"]),
    "money": (_("Money"), ["payment", "refund", "order"]),
    "calendar": (_("Calendar"), ["session", "course", "place"]),
    "people": (_("People"), ["student", "trainer", "person"]),
    "house": (_("Team and settings"), ["colleague", "settings", "message"]),
}
PAGES = {
    "booking": "office:booking", "session": "office:session", "course": "office:course", "place": "office:place_edit",
    "student": "office:student", "person": "office:student",
    "trainer": "office:trainer_edit", "colleague": "office:colleague",
    "message": "office:message",
}  # fmt: skip


NAMES: dict[str, tuple[Any, Any]] = {
    "booking": (Booking.objects.all, lambda row: f"{row.reference}, {row.contact_name}"),
    "session": (
        lambda: Session.objects.select_related("course"),
        lambda row: f"{row.course}, {day_text(row.starts_at, 'd MMM y')}",
    ),
    "course": (Course.objects.all, str),
    "place": (Place.objects.all, str),
    "student": (Person.objects.all, str),
    "person": (Person.objects.all, str),
    "trainer": (Person.objects.all, str),
    "colleague": (User.objects.all, str),
    "message": (Message.objects.all, lambda row: row.subject),
}


@dataclass(frozen=True)
class Line:
    """One thing that happened: `what` it happened to, and the name of the URL of that, "" where none can be opened."""

    entry: Entry
    page: str
    pk: Any
    what: str


def happenings(kind: str = "", by: str = "") -> Any:
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
    of_order: dict[Any, Any] = {
        booking.order_id: booking
        for booking in Booking.objects.filter(order_id__in=_subjects(events, "payment", "refund", "order"))
    }
    names: dict[Any, str] = {
        **{booking.pk: f"{booking.reference}, {booking.contact_name}" for booking in of_order.values()}
    }
    for word, (rows, name) in NAMES.items():
        if wanted := _subjects(events, word):
            names |= {row.pk: name(row) for row in rows().filter(pk__in=wanted)}
    found = []
    for event, entry in zip(events, entries_of(events), strict=True):
        booking = of_order.get(event.subject_id)
        page = "office:booking" if booking else PAGES.get(_word(event), "")
        pk = booking.pk if booking else event.subject_id
        found.append(Line(entry, page if pk in names else "", pk, names.get(pk, "")))
    return found


def _subjects(events: Sequence[Event], *words: str) -> set[Any]:
    return {event.subject_id for event in events if event.subject_id and _word(event) in words}


def _word(event: Event) -> str:
    return event.name.split(".")[0]
