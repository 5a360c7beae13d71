"""The stage of one load: the provider's data, its dice, the present moment, and what has been made so far."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model

from shared_apps.accounts.models import User
from shared_apps.tenants.models import Tenant
from tenant_apps.catalogue.models import Course
from tenant_apps.demo.dice import Dice
from tenant_apps.demo.shapes import CourseData, ProviderData
from tenant_apps.people.models import Organisation, Person, Trainer
from tenant_apps.scheduling.models import Room
from tenant_apps.terms.models import BookingTerms, TermsVersion

M = TypeVar("M", bound=Model)


@dataclass
class Stage:
    """Builders read and fill it, in the order of `load.load`."""

    data: ProviderData
    tenant: Tenant
    now: datetime
    dice: Dice = field(init=False)
    terms: BookingTerms = field(init=False)
    owner: User = field(init=False)
    office: User = field(init=False)
    student: Person = field(init=False)
    trainers: dict[str, Trainer] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    companies: list[tuple[Organisation, Person]] = field(default_factory=list)
    rooms: dict[str, Room] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    versions: list[TermsVersion] = field(default_factory=list)
    rows: dict[type[Model], list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = Dice(self.data.slug)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.data.time_zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def course_data(self, slug: str) -> CourseData:
        """The description of the course with this slug."""
        return next(course for course in self.data.courses if course.slug == slug)

    def days_ago(self, days: float) -> datetime:
        """The moment that many days before now."""
        return self.now - timedelta(days=days)

    def add(self, row: M) -> M:
        """Keep a row to be written with all others of its kind."""
        self.rows.setdefault(type(row), []).append(row)
        return row
