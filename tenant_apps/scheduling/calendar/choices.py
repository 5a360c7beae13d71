"""What the calendar can be narrowed to, and the lanes it can be divided into. One query."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from shared_apps.accounts.models import User
from shared_apps.lists.lists import AnyRows
from tenant_apps.catalogue.colours import COLOURS
from tenant_apps.catalogue.models import Category, Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.calendar.entries import Entry
from tenant_apps.scheduling.calendar.grid import Day
from tenant_apps.scheduling.models import Place, Room, Vehicle


@dataclass(frozen=True)
class Choice:
    """A row by its key and its name; of a category its `colour`, 1 to 7."""

    key: UUID
    name: str
    hint: str = ""
    colour: int = 0

    def __str__(self) -> str:
        return self.name


@dataclass
class Choices:
    """The courses, trainers and places that somebody sees, and what else the calendar is divided by."""

    courses: list[Choice] = field(default_factory=list)
    trainers: list[Choice] = field(default_factory=list)
    places: list[Choice] = field(default_factory=list)
    rooms: list[Choice] = field(default_factory=list)
    vehicles: list[Choice] = field(default_factory=list)
    categories: list[Choice] = field(default_factory=list)


def choices_of(user: User, view: str) -> Choices:
    """What `user` can narrow the calendar to; a trainer, who sees their own sessions, only by course."""
    rows: list[tuple[AnyRows, str, str]] = [
        (Category.objects.all(), "categories", "name"),
    ]
    if user.sees_all:
        rows.append((Trainer.objects.filter(active=True), "trainers", "person__name"))
        rows.append((Place.objects.all(), "places", "name"))
    if view == "rooms":
        rows.append((Room.objects.all(), "rooms", "name"))
    if view == "vehicles":
        rows.append((Vehicle.objects.all(), "vehicles", "name"))
    hints = {"rooms": F("place__name"), "vehicles": F("registration")}
    first = _named(Course.objects.in_office_of(user).filter(active=True), "courses", "title", None)
    found = first.union(*(_named(*one, hints.get(one[1])) for one in rows), all=True)
    choices = Choices()
    for kind, key, name, hint in sorted(found, key=lambda row: (row[3].casefold(), row[2].casefold())):
        getattr(choices, kind).append(Choice(key, name, hint))
    made = sorted(choices.categories, key=lambda one: one.key)
    choices.categories = [replace(one, colour=n % COLOURS + 1) for n, one in enumerate(made)]
    return choices


def _named(rows: AnyRows, kind: str, name: str, hint: F | None) -> AnyRows:
    text = CharField()
    shown = rows.order_by().annotate(
        kind=Value(kind, output_field=text), label=Cast(name, text), hint=Cast(hint or Value(""), text)
    )
    return shown.values_list("kind", "pk", "label", "hint")


@dataclass
class Lane:
    """A trainer, a room or a vehicle with its days."""

    key: UUID | None
    name: str
    hint: str
    days: list[Day]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on in it."""
        return not any(day.entries for day in self.days)


def _lanes_of(entry: Entry, view: str) -> list[UUID | None]:
    """In whose lanes it stands: in that of each of its team, of its room, or of its vehicle."""
    if view == "trainers":
        return entry.trainer_ids
    return [entry.room_id if view == "rooms" else entry.vehicle_id]


def lanes_of(view: str, days: list[Day], choices: Choices, *, nobody: str) -> list[Lane]:
    """The `days` divided by trainer, room or vehicle; last what has none, where there is such."""
    known: list[Choice] = getattr(choices, view)
    lanes: dict[UUID | None, Lane] = {}
    lanes |= {one.key: Lane(one.key, one.name, one.hint, [Day(day.date) for day in days]) for one in known}
    for n, day in enumerate(days):
        for entry in day.entries:
            for key in _lanes_of(entry, view):
                if key not in lanes:
                    name = _name(entry, view, key) if key else nobody
                    lanes[key] = Lane(key, name, "", [Day(other.date) for other in days])
                shown = replace(entry, role=entry.role_of(key)) if view == "trainers" else entry
                lanes[key].days[n].entries.append(shown)
    return sorted(lanes.values(), key=lambda lane: lane.key is None)


def _name(entry: Entry, view: str, key: UUID) -> str:
    if view == "trainers":
        others = {one.key: one.name for one in entry.team}
        return others.get(key) or entry.trainer or ""
    return (entry.room or "") if view == "rooms" else ""
