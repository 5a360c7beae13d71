"""The dates of one month, as a list by day and as a sheet of a calendar."""

from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.db.models import Max, Min, Prefetch
from django.http import Http404

from shared_apps.core.time import local, local_today, midnight
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.website import selectors
from tenant_apps.website.course_query import CourseQuery


@dataclass(frozen=True)
class Day:
    """A day of the sheet, and what is taught on it; `is_outside`: it belongs to the month before or after.

    `listed` is the day under which the list has the first of its sessions.
    """

    listed: date | None
    date: date
    sessions: list[Session]
    is_outside: bool

    @property
    def is_today(self) -> bool:
        return self.date == local_today()


@dataclass(frozen=True)
class Month:
    """The public dates still to come of the month that begins with `first`.

    `earliest` and `latest` are the first days of the months in which the soonest date begins and the last one ends.
    """

    first: date
    earliest: date
    latest: date
    begin: dict[date, list[Session]]  # by the day on which they begin, or go on in this month
    taught: dict[date, list[Session]]  # by each day on which they are taught

    @classmethod
    def read(cls, text: str, category: str) -> Self:
        """The month `2026-12`; without one, that of the soonest date. Raises Http404 for what is none."""
        coming = selectors.dates(CourseQuery())
        if category:
            coming = coming.filter(course__category__slug=category)
        ends = coming.aggregate(earliest=Min("starts_at"), latest=Max("ends_at"))
        earliest, latest = (
            (local(ends[end]).date() if ends[end] else local_today()).replace(day=1) for end in ("earliest", "latest")
        )
        first = _first_of(text, earliest, latest) if text else earliest
        begin: dict[date, list[Session]] = defaultdict(list)
        taught: dict[date, list[Session]] = defaultdict(list)
        until = _next(first)
        days = Prefetch("days", SessionDay.objects.order_by("starts_at"))
        rows = coming.taught_within(midnight(first), midnight(until - timedelta(days=1), after=True))
        for session in rows.select_related("course", "place").prefetch_related(days):
            days_of_it = [local(day.starts_at).date() for day in session.days.all()]
            for day in days_of_it:
                taught[day].append(session)
            if here := [day for day in days_of_it if first <= day < until]:
                begin[here[0]].append(session)
        begin = dict(sorted(begin.items()))
        return cls(first, earliest, latest, begin, dict(taught))

    @property
    def name(self) -> str:
        """As it stands in an address: `2026-12`."""
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> date | None:
        """The month before, if there is a date in it or earlier."""
        return (self.first - timedelta(days=1)).replace(day=1) if self.first > self.earliest else None

    @property
    def after(self) -> date | None:
        """The month after, if there is a date in it or later."""
        return _next(self.first) if self.first < self.latest else None

    @property
    def weeks(self) -> list[list[Day]]:
        """The sheet: weeks from Monday to Sunday."""
        weeks = Calendar().monthdatescalendar(self.first.year, self.first.month)
        return [[self._day(day) for day in week] for week in weeks]

    def _day(self, day: date) -> Day:
        sessions = self.taught.get(day, [])
        listed = next((first for first, rows in self.begin.items() if sessions and sessions[0] in rows), None)
        return Day(listed, day, sessions, day.month != self.first.month)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _first_of(text: str, earliest: date, latest: date) -> date:
    """The first day of `2026-12`; of a year that people may mean, or in which there is a date."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None
    near = abs(first.year - local_today().year) <= 5 or earliest <= first <= latest
    if len(text) != len("2026-12") or not near:
        raise Http404
    return first
