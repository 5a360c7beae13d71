"""What is on the calendar in a span of time: an entry for each day of a session."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from shared_apps.accounts.models import Visitor
from shared_apps.core.time import now, tenant_zone, tenant_zone_name
from tenant_apps.scheduling.models import OPEN, Session, SessionDay, SessionStatus, TeamMember, TeamRole

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


@dataclass(frozen=True)
class Member:
    """Somebody of a session's team besides its trainer."""

    key: UUID
    name: str
    role: str

    @classmethod
    def read(cls, told: dict[str, str]) -> "Member":
        """As the database tells it."""
        return cls(UUID(told["key"]), told["name"], told["role"])


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
    team: list[Member] = field(default_factory=list)  # besides its trainer, by name
    role: str = ""  # in a word, of the one whose calendar or lane it is in, who does not lead it

    @property
    def co_trainer_ids(self) -> list[UUID]:
        """The keys of those who teach it with its trainer."""
        return sorted(one.key for one in self.team if one.role == TeamRole.CO_TRAINER)

    @property
    def assessor_id(self) -> UUID | None:
        """The key of who assesses."""
        return next((one.key for one in self.team if one.role == TeamRole.ASSESSOR), None)

    @property
    def who(self) -> str:
        """Those who teach it on one line, its trainer first; "" where there is nobody."""
        others = [one.name for one in self.team if one.role == TeamRole.CO_TRAINER]
        return ", ".join(name for name in (self.trainer, *others) if name)

    @property
    def trainer_ids(self) -> list[UUID | None]:
        """The keys of its trainer and of the rest of its team; None where nobody leads it."""
        return [self.trainer_id, *(one.key for one in self.team)]

    def role_of(self, key: UUID | None) -> str:
        """What the trainer with this key does there besides leading it, in a word; else ""."""
        return next((str(TeamRole(one.role).label) for one in self.team if one.key == key), "")

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
    """What `user` may see between two instants, in order. What was called off is there only when it is asked for.

    Days that fell away, as the session was completed before them, are not.
    """
    days = SessionDay.objects.filter(starts_at__lt=until, ends_at__gt=since)
    days = days.exclude(live=False, session__status=SessionStatus.COMPLETED)
    days = days.filter(session__in=Session.objects.visible_to(user).order_by())
    status = narrowed.pop("status", None)
    days = days.filter(session__status=status) if status else days.exclude(session__status__in=CALLED_OFF)
    of_the_day = {"trainer_id": "team__trainer_id", "room_id": "room_id", "vehicle_id": "vehicle_id"}
    for name, value in narrowed.items():
        if value:
            days = days.filter(**{of_the_day.get(name, f"session__{name}"): value})
    rows = days.order_by("starts_at", "ends_at", "pk").annotate(others=_team()).values_list("others", *SHOWN)
    entries, zone = [], tenant_zone()
    for others, *row in rows:
        entry = Entry(*row)
        entry.team = [Member.read(one) for one in others]
        entry.begins, entry.ends = entry.begins.astimezone(zone), entry.ends.astimezone(zone)
        entry.session_begins = entry.session_begins.astimezone(zone)
        entries.append(entry)
    return entries


def _team() -> ArraySubquery:
    """Who is on a day's team besides its trainer, by name: in the query of the days, so that no other is asked."""
    rows = TeamMember.objects.filter(session=OuterRef("session")).order_by("trainer__person__name", "pk")
    return ArraySubquery(rows.values(one=JSONObject(key="trainer_id", name="trainer__person__name", role="role")))
