"""What the calendar can be narrowed to, and the lanes it can be divided into. One query each."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from shared_apps.accounts.models import User
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.calendar.entries import Entry
from tenant_apps.scheduling.calendar.grid import Day
from tenant_apps.scheduling.models import Place, Room, Vehicle


@dataclass(frozen=True)
class Choice:
    """A row by its key and its name."""

    key: UUID
    name: str


@dataclass
class Choices:
    """The courses, trainers and places that somebody sees."""

    courses: list[Choice] = field(default_factory=list)
    trainers: list[Choice] = field(default_factory=list)
    places: list[Choice] = field(default_factory=list)


def choices_of(user: User) -> Choices:
    """What `user` can narrow the calendar to; a trainer, who sees their own sessions, only by course."""

    def named(kind: str) -> dict[str, object]:
        return {"kind": Value(kind, output_field=CharField())}

    rows = Course.objects.in_office_of(user).order_by().filter(active=True)
    found = rows.annotate(**named("courses"), label=Cast("title", CharField())).values_list("kind", "pk", "label")
    if user.sees_all:
        trainers = Trainer.objects.filter(active=True).annotate(**named("trainers"), label=F("person__name"))
        places = Place.objects.annotate(**named("places"), label=F("name"))
        found = found.union(
            trainers.values_list("kind", "pk", "label"), places.order_by().values_list("kind", "pk", "label"), all=True
        )
    choices = Choices()
    for kind, key, name in sorted(found, key=lambda row: row[2].casefold()):
        getattr(choices, kind).append(Choice(key, name))
    return choices


@dataclass
class Lane:
    """A trainer, a room or a vehicle with its days."""

    key: UUID | None
    name: str
    hint: str
    days: list[Day]

    @property
    def is_empty(self) -> bool:
        return not any(day.entries for day in self.days)


LANE_OF = {"trainers": "trainer_id", "rooms": "room_id", "vehicles": "vehicle_id"}


def lanes_of(view: str, days: list[Day], choices: Choices, *, nobody: str) -> list[Lane]:
    """The `days` divided by trainer, room or vehicle; last what has none, where there is such."""
    known = _lanes(view, choices)
    of = LANE_OF[view]
    lanes: dict[UUID | None, Lane] = {}
    lanes |= {key: Lane(key, name, hint, [Day(day.date) for day in days]) for key, name, hint in known}
    for n, day in enumerate(days):
        for entry in day.entries:
            key: UUID | None = getattr(entry, of)
            if key not in lanes:
                name = _name(entry, view) if key else nobody
                lanes[key] = Lane(key, name, "", [Day(other.date) for other in days])
            lanes[key].days[n].entries.append(entry)
    return sorted(lanes.values(), key=lambda lane: lane.key is None)


def _name(entry: Entry, view: str) -> str:
    return str((entry.trainer if view == "trainers" else entry.room if view == "rooms" else "") or "")


def _lanes(view: str, choices: Choices) -> list[tuple[UUID, str, str]]:
    if view == "trainers":
        return [(one.key, one.name, "") for one in choices.trainers]
    if view == "rooms":
        rooms = Room.objects.order_by("place__name", "name").values_list("pk", "name", "place__name")
        return list(rooms)
    return list(Vehicle.objects.order_by("name").values_list("pk", "name", "registration"))
