"""What visitors see, in few queries. Nothing unpublished, nothing private."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

from shared_apps.tenants.features import is_on
from tenant_apps.bookings.terms import why_not_payable
from tenant_apps.catalogue import search
from tenant_apps.catalogue.models import Audience, Category, Course, Module
from tenant_apps.people.models import Trainer
from tenant_apps.reviews.models import Review
from tenant_apps.scheduling.models import (
    TEACHING,
    Place,
    Session,
    SessionDay,
    SessionQuerySet,
    TeamMember,
    TeamRole,
    on_team,
)
from tenant_apps.website.course_query import ONLINE, Choices, CourseQuery

PAGE = 12
SAID = 5  # reviews on the page of a course or trainer


@dataclass(frozen=True)
class Offer:
    """A course and those of its dates that answer what was asked, soonest first."""

    course: Course
    dates: list[Session]

    @cached_property
    def modules(self) -> list[Module]:
        """What the course consists of. Asked for when it is drawn, which is seldom: the part of its page is kept."""
        return list(self.course.modules.only(*_OF_A_MODULE))

    @cached_property
    def next(self) -> Session | None:
        """The soonest date that can be booked here; else one with a free seat; if all are full, the soonest."""
        free = next((date for date in self.dates if date.seats_left), None)
        return self.first or free or next(iter(self.dates), None)

    @cached_property
    def price(self) -> Decimal | None:
        """What a seat on the `next` date costs; without dates, on the course. None when on request."""
        return self.next.seat_price if self.next else self.course.price

    @cached_property
    def lowest(self) -> Decimal | None:
        """The lowest price one can get: of the dates with seats, of all only when all are full. None: on request."""
        prices = {date.seat_price for date in self._open if date.seat_price is not None}
        return min(prices, default=self.price)

    @cached_property
    def cheaper(self) -> Decimal | None:
        """The lowest price, where it is lower than on the `next` date."""
        price, lowest = self.price, self.lowest
        return lowest if lowest is not None and (price is None or lowest < price) else None

    @cached_property
    def dearer(self) -> Decimal | None:
        """The highest price, where it is higher than on the `next` date."""
        price = self.price
        highest = max((date.seat_price for date in self._open if date.seat_price is not None), default=None)
        return highest if highest is not None and price is not None and highest > price else None

    @cached_property
    def _open(self) -> list[Session]:
        return [date for date in self.dates if date.seats_left] or self.dates

    @cached_property
    def is_full(self) -> bool:
        return bool(self.dates) and not any(date.seats_left for date in self.dates)

    @cached_property
    def choices(self) -> list[Session]:
        """The dates that a visitor books here, full ones too."""
        return [date for date in self.dates if date.is_bookable and not why_not_payable(date)]

    @cached_property
    def bookable(self) -> list[Session]:
        """The dates that a visitor can book here now."""
        return [date for date in self.choices if date.seats_left]

    @property
    def first(self) -> Session | None:
        """The soonest date that a visitor can book here now."""
        return next(iter(self.bookable), None)

    @property
    def full_choice(self) -> Session | None:
        """The soonest date whose waiting list a visitor can join, where there is none to be booked."""
        return next(iter(self.choices), None) if not self.bookable else None

    @property
    def key(self) -> tuple[object, ...]:
        """What the box with the price says of it, for the name under which that part of the page is kept."""
        prices = (self.price, self.cheaper, self.dearer, bool(self.first))
        full = self.full_choice.pk if self.full_choice else None
        return (self.course.pk, full, *prices, self.is_full, self.waits_for_the_office, len(self.dates))

    @property
    def waits_for_the_office(self) -> bool:
        """Whether there are seats to be had, and only by asking: nobody could be paid for them here."""
        return not self.bookable and any(date.is_bookable and date.seats_left for date in self.dates)


@dataclass(frozen=True)
class Found:
    """A page of answers; `shown_as` is the corrected text when the visitor's own found nothing."""

    page: Page[Course]
    offers: list[Offer]
    shown_as: str = ""

    @property
    def count(self) -> int:
        return self.page.paginator.count


def find_courses(
    query: CourseQuery, *, page: str | int | None = 1, guess: Callable[[str], str] = search.corrected
) -> Found:
    """The courses that answer. When the words find nothing, those that `guess` makes of them are tried."""
    found = _page_of(_answering(query, query.q), query, page)
    if found.count or not query.q:
        return found
    better = guess(query.q)
    again = _page_of(_answering(query, better), query, page) if better else found
    return Found(again.page, again.offers, better) if again.count else found


def soonest_courses(count: int) -> list[Offer]:
    """The courses with a free seat that start next, each once."""
    query = CourseQuery(seats=1)
    courses = _sorted(_answering(query, ""), query)
    return _offers(_with_dates(courses, query)[:count])


def categories() -> list[Category]:
    """The subjects that have something to offer, with their number of courses as `count`."""
    public = Q(courses__published=True, courses__active=True)
    found = Category.objects.annotate(count=Count("courses", filter=public)).filter(count__gt=0)
    return list(found.order_by("position", "name"))


def choices(subjects: list[Category]) -> Choices:
    """What the list can be narrowed by: only what finds something."""
    shown = Course.objects.public()
    audiences = Audience.objects.filter(pk__in=shown.values("audience"))
    dated = dates(CourseQuery()).order_by()
    places = Place.objects.filter(pk__in=dated.values("place")).order_by("name").values_list("name", flat=True)
    return Choices(
        categories=[(one.slug, one.name) for one in subjects],
        audiences=[(one.slug, one.name) for one in audiences],
        places=[*((name, name) for name in dict.fromkeys(places)), (ONLINE, "Online")],
    )


# What the page of a course says. A column more costs Django some fifty calls, and people's are nobody's business.
_TEACHER = ("person__name", "slug", "headline", "bio", "photo", "active")
_OF_A_COURSE = (
    *(
        "title",
        "slug",
        "summary",
        "description",
        "outcomes",
        "requirements",
        "what_to_bring",
        "duration_minutes",
        "image",
    ),
    *(
        "price",
        "vat_rate",
        "deposit_percent",
        "cancellation_policy",
        "updated_at",
        "asks_age",
        "minimum_age",
        "category__name",
        "category__slug",
    ),
    *("audience__name", *(f"lead_trainer__{name}" for name in _TEACHER)),
)
_OF_A_DATE = (
    *("course", "time_zone", "starts_at", "ends_at", "status", "takes_bookings", "online_url", "price"),
    *("minimum", "decide_by", "capacity", "seats_taken", "room__name", *(f"trainer__{name}" for name in _TEACHER)),
    *(f"place__{name}" for name in ("name", "address", "travel", "map_url")),
)
_TEAM = Prefetch(
    "team",
    TeamMember.objects.filter(role=TeamRole.CO_TRAINER)
    .select_related("trainer__person")
    .only("session", "role", *(f"trainer__{name}" for name in _TEACHER)),
)
_OF_A_DAY = ("session", "time_zone", "starts_at", "ends_at")
_OF_A_MODULE = ("course", "title", "summary", "weight")


def course_page(slug: str) -> Offer | None:
    """One public course with everything its page tells; None if there is no such course."""
    days = Prefetch("days", SessionDay.objects.order_by().only(*_OF_A_DAY))
    coming = dates(CourseQuery()).select_related("place", "room", "trainer__person").prefetch_related(days, _TEAM)
    found = (
        Course.objects.public()
        .select_related("category", "audience", "lead_trainer__person")
        .only(*_OF_A_COURSE)
        .prefetch_related(Prefetch("sessions", coming.only(*_OF_A_DATE), to_attr="dates"))
        .filter(slug=slug)
    )
    return next(iter(_offers(found)), None)


def similar_courses(course: Course, count: int = 3) -> list[Offer]:
    """Other courses of the same subject that have a free seat, soonest first."""
    query = CourseQuery(category=course.category.slug, seats=1)
    others = _sorted(_answering(query, ""), query).exclude(pk=course.pk)
    return _offers(_with_dates(others, query)[:count])


def shown_trainers() -> QuerySet[Any]:
    """The trainers that the site introduces."""
    return Trainer.objects.active().filter(active=True)


def trainers() -> list[Trainer]:
    """The active trainers by name, with the number of courses they teach as `course_count`."""
    found = list(shown_trainers().select_related("person").order_by("person__name"))
    taught: dict[UUID | None, set[UUID]] = defaultdict(set)
    for trainer_id, course_id in Course.objects.public().values_list("lead_trainer_id", "pk"):
        taught[trainer_id].add(course_id)
    given = Session.objects.public().exclude(status__in=["cancelled", "rescheduled"])
    together = given.filter(team__role=TeamRole.CO_TRAINER)
    for rows, key in ((given, "trainer_id"), (together, "team__trainer_id")):
        for trainer_id, course_id in rows.values_list(key, "course_id").distinct():
            taught[trainer_id].add(course_id)
    for trainer in found:
        trainer.course_count = len(taught[trainer.pk])
    return found


def trainer_page(slug: str) -> Trainer | None:
    """An active trainer with their `course_list`, `coming` dates and how many sessions they `taught`."""
    trainer = shown_trainers().filter(slug=slug).select_related("person").first()
    if trainer is None:
        return None
    trainer.course_list, trainer.coming, trainer.taught = [], [], 0
    if not is_on("courses"):
        return trainer
    teaches = on_team(Trainer.objects.filter(pk=trainer.pk), roles=TEACHING)
    own = Q(lead_trainer=trainer) | Q(pk__in=Session.objects.public().filter(teaches).values("course"))
    courses = _with_dates(Course.objects.public().filter(own).order_by("title"), CourseQuery())
    trainer.course_list = _offers(courses)
    coming = dates(CourseQuery()).filter(teaches).select_related("course", "place").prefetch_related("days")
    trainer.coming = list(coming[:8])
    trainer.taught = Session.objects.filter(teaches, status="completed").count()
    return trainer


def said_of(what: Course | Trainer) -> list[Review]:
    """The latest reviews of a course, or of a trainer, that say something in words; else the latest ones."""
    of = {"course": what} if isinstance(what, Course) else {"trainer": what, "trainer_rating__isnull": False}
    rows = Review.objects.shown().filter(**of).select_related("trainer__person")
    return list(rows.annotate(silent=Case(When(text="", then=1), default=0)).order_by("silent", "-created_at")[:SAID])


def dates(query: CourseQuery) -> SessionQuerySet:
    """The public dates still to come that answer, soonest first; full ones too, unless seats are asked for."""
    found = Session.objects.public().on_offer().begins_between(query.since, query.until)
    if query.place == ONLINE:
        found = found.exclude(online_url="")
    elif query.place:
        found = found.filter(place__name=query.place)
    return found.with_seats(query.seats) if query.seats else found


def _answering(query: CourseQuery, text: str) -> QuerySet[Course]:
    courses: QuerySet[Course] = Course.objects.public()
    if query.category:
        courses = courses.filter(category__slug=query.category)
    if query.audience:
        courses = courses.filter(audience__slug=query.audience)
    these = dates(query).filter(course=OuterRef("pk"))
    if query.needs_date:
        courses = courses.filter(Exists(these))
    courses = courses.annotate(lowest=Coalesce(_cheapest(these.with_seats(1)), _cheapest(these), F("price")))
    if query.free:
        courses = courses.filter(lowest=0)
    elif query.upto is not None:
        courses = courses.filter(lowest__lte=query.upto)
    return search.matching(courses, text) if text else courses


def _cheapest(of: SessionQuerySet) -> Subquery:
    prices = of.order_by().values("course").annotate(low=Min(Coalesce("price", "course__price")))
    return Subquery(prices.values("low"))


def _affordable(query: CourseQuery) -> SessionQuerySet:
    """The `dates` that answer, by their price too."""
    found = dates(query)
    most = Decimal(0) if query.free else query.upto
    if most is None:
        return found
    return found.alias(costs=Coalesce("price", "course__price")).filter(costs__lte=most)


def _sorted(courses: QuerySet[Course], query: CourseQuery) -> QuerySet[Course]:
    these = _affordable(query).filter(course=OuterRef("pk"))
    with_seat = Subquery(these.with_seats(1).values("starts_at")[:1])
    courses = courses.annotate(starts=Coalesce(with_seat, Subquery(these.values("starts_at")[:1])))
    soonest = F("starts").asc(nulls_last=True)
    order: dict[str, list[OrderBy]] = {
        "soonest": [soonest],
        "match": [F("relevance").desc(), soonest] if "relevance" in courses.query.annotations else [soonest],
        "price": [F("lowest").asc(nulls_last=True), soonest],
        "-price": [F("lowest").desc(nulls_last=True), soonest],
        "title": [],
    }
    return courses.order_by(*order[query.order], "title", "pk")


def _with_dates(courses: QuerySet[Course], query: CourseQuery) -> QuerySet[Course]:
    these = _affordable(query).annotate(day_count=Count("days"))
    return courses.select_related("category").prefetch_related(Prefetch("sessions", queryset=these, to_attr="dates"))


def _offers(courses: Iterable[Any]) -> list[Offer]:
    """Of courses whose `dates` are prefetched."""
    return [Offer(course, course.dates) for course in courses]


def _page_of(courses: QuerySet[Course], query: CourseQuery, number: str | int | None) -> Found:
    page = Paginator(_with_dates(_sorted(courses, query), query), PAGE).get_page(number)
    return Found(page, _offers(page))
