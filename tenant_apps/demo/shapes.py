"""What the demo data is written in: plain descriptions, from which the builders make rows."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from shared_apps.core.types import JsonObject

WEEKDAYS = (0, 1, 2, 3, 4)
ANY_DAY = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, kw_only=True)
class CategoryData:
    slug: str
    name: str
    motif: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class TrainerData:
    """`email` only for the one who has an account: the others teach without ever signing in."""

    slug: str
    name: str
    headline: str
    bio: str
    years: int
    specialisations: tuple[str, ...]
    certifications: tuple[str, ...]
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceData:
    """A place and its rooms, as name and number of seats."""

    name: str
    address: str
    travel: str
    directions: str
    rooms: tuple[tuple[str, int], ...]
    map_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """When a course runs: `offsets` are its days counted from the first, `every` the days from one run to the next
    (0: on special dates only).

    Without a `room` it is online; with `online` as well it is hybrid.
    """

    room: str = ""
    offsets: tuple[int, ...] = (0,)
    begins: str = "09:00"
    ends: str = "16:30"
    weekdays: tuple[int, ...] = WEEKDAYS
    every: int = 28
    online: bool = False


@dataclass(frozen=True, kw_only=True)
class ModuleData:
    title: str
    weight: int
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class CourseData:
    """A course and when it runs. `popularity` (0-1) is the share of seats that sell in the end.

    `co_trainer` and `assessor` are there whenever they are free.
    """

    slug: str
    title: str
    category: str
    audience: str
    summary: str
    description: str
    outcomes: tuple[str, ...]
    requirements: tuple[str, ...]
    modules: tuple[ModuleData, ...]
    price: Decimal | None
    minutes: int
    trainer: str
    rhythm: Rhythm
    co_trainer: str = ""
    assessor: str = ""
    capacity: int = 12
    vat_rate: Decimal = Decimal(0)
    deposit_percent: int | None = None
    popularity: float = 0.7
    for_companies: bool = False
    what_to_bring: tuple[str, ...] = ()
    minimum_age: int | None = None
    asks_age: bool = False
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class SpecialDate:
    """A session that the demo promises, about `starts_in` days from today, or round today when in progress.

    Everything else is the course's own rhythm.
    """

    kind: Literal[
        "full", "nearly_full", "gap", "in_progress", "cancelled", "rescheduled", "quiet", "tentative", "draft"
    ]
    course: str
    starts_in: int = 0
    offsets: tuple[int, ...] | None = None
    capacity: int | None = None
    reason: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class OrganisationData:
    """A company that books for its people, and who does it."""

    name: str
    email: str
    phone: str
    address: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class ProviderData:
    """One tenant. `brand` and `settings` are fields of branding's rows.

    `colleagues` are whom companies send; `closed` are months and days without teaching; `phone` makes numbers,
    {} being three digits.
    """

    name: str
    slug: str
    account: str
    kind: str = "training_centre"
    country: str = "GB"
    time_zone: str = "Europe/London"
    currency: str = "GBP"
    features: tuple[str, ...] = ("courses",)
    brand: JsonObject = field(default_factory=dict)
    settings: JsonObject = field(default_factory=dict)
    categories: tuple[CategoryData, ...]
    audiences: tuple[tuple[str, str], ...]
    trainers: tuple[TrainerData, ...]
    places: tuple[PlaceData, ...]
    courses: tuple[CourseData, ...]
    specials: tuple[SpecialDate, ...]
    owner: str
    office: str
    student: str
    students: tuple[str, ...]
    colleagues: tuple[str, ...]
    organisations: tuple[OrganisationData, ...]
    closed: tuple[tuple[int, int], ...] = ()
    phone: str = "07700 900{}"
    requests: tuple[str, ...] = ()
    office_notes: tuple[str, ...] = ()
    completion_notes: tuple[str, ...] = ()

    def email(self, who: str) -> str:
        """`office@bristol-gas-training.test`"""
        return f"{who}@{self.slug}.test"
