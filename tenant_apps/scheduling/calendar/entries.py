"""What is on the calendar in a span of time: an entry for each day of a session."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict, Unpack
from uuid import UUID

from shared_apps.accounts.models import Visitor
from shared_apps.core.time import now, tenant_zone, tenant_zone_name
from tenant_apps.scheduling.models import OPEN, Session, SessionDay, SessionStatus

CALLED_OFF = (SessionStatus.CANCELLED, SessionStatus.RESCHEDULED)
SHOWN = (  # in the order of the fields of an entry
    "pk", "session_id", "starts_at", "ends_at", "time_zone", "session__course__title",
    "session__course__category_id", "session__status", "session__starts_at", "trainer_id", "trainer__person__name",
    "room_id", "room__name", "session__place__name", "vehicle_id", "session__online_url", "session__seats_taken",
    "session__capacity",
)  # fmt: skip


class Narrowed(TypedDict, total=False):
    """By what the calendar is narrowed; None is everything."""

    course_id: UUID | None
    trainer_id: UUID | None
    place_id: UUID | None
    room_id: UUID | None
    vehicle_id: UUID | None
    status: str | None


@dataclass
class Entry:
    """One day of a session, with what is shown of it; its times are those on the provider's clock."""

    day_id: UUID
    session_id: UUID
    begins: datetime
    ends: datetime
    zone: str
    title: str
    category_id: UUID
    status: str
    session_begins: datetime
    trainer_id: UUID | None
    trainer: str | None
    room_id: UUID | None
    room: str | None
    place: str | None
    vehicle_id: UUID | None
    online_url: str
    taken: int
    capacity: int
    colour: int = 0  # of its category, 1 to 7

    @property
    def where(self) -> str:
        """Room and place on one line; "" where there is none."""
        return ", ".join(part for part in (self.room, self.place) if part)

    @property
    def is_open(self) -> bool:
        """Whether it is still to come, so that it can be moved."""
        return self.status in OPEN and self.session_begins > now()

    @property
    def is_off(self) -> bool:
        """Whether it does not take place."""
        return self.status in CALLED_OFF

    @property
    def first_day(self) -> date:
        """The day on which its session begins."""
        return self.session_begins.date()

    @property
    def has_usual_hours(self) -> bool:
        """Whether it begins at the same time of day as its session, on the provider's clock."""
        same_clock = self.zone in ("", tenant_zone_name())
        return same_clock and self.begins.time() == self.session_begins.time()


def entries_of(user: Visitor, since: datetime, until: datetime, **narrowed: Unpack[Narrowed]) -> list[Entry]:
    """What `user` may see between two instants, in order. What was called off is there only when it is asked for."""
    days = SessionDay.objects.filter(starts_at__lt=until, ends_at__gt=since)
    days = days.filter(session__in=Session.objects.visible_to(user).order_by())
    status = narrowed.pop("status", None)
    days = days.filter(session__status=status) if status else days.exclude(session__status__in=CALLED_OFF)
    on_the_day = {"trainer_id", "room_id", "vehicle_id"}
    for name, value in narrowed.items():
        if value:
            days = days.filter(**{name if name in on_the_day else f"session__{name}": value})
    entries = [Entry(*row) for row in days.order_by("starts_at", "ends_at", "pk").values_list(*SHOWN)]
    zone = tenant_zone()
    for entry in entries:
        entry.begins, entry.ends = entry.begins.astimezone(zone), entry.ends.astimezone(zone)
        entry.session_begins = entry.session_begins.astimezone(zone)
    return entries
