"""The dates of one month, as a list by day and as a sheet of a calendar."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from django.db.models import Max, Min, Prefetch
from django.http import Http404

from shared_apps.core.time import first_moment, last_moment, local, local_today
from tenant_apps.scheduling.models import Session, SessionDay, SessionQuerySet
from tenant_apps.website import selectors
from tenant_apps.website.course_query import CourseQuery

MOST = 200  # sessions on a page


@dataclass(frozen=True)
class Entry:
    """A session on one of its days: when it begins on that day."""

    session: Session
    starts_at: datetime


@dataclass(frozen=True)
class Day:
    """A day of the sheet, and what is taught on it; `is_outside`: it belongs to the month before or after.

    `listed` is the day under which the list has the first of its sessions. `more` are taught beyond those shown.
    """

    listed: date | None
    date: date
    entries: list[Entry]
    more: int
    is_outside: bool

    @property
    def count(self) -> int:
        """How many sessions are taught on it."""
        return len(self.entries) + self.more

    @property
    def is_today(self) -> bool:
        return self.date == local_today()


@dataclass(frozen=True)
class Month:
    """The public dates still to come of the month that begins with `first`, or of one `day` of it.

    Days are those on the clock of each session. `earliest` and `latest` are the first days of the months in which the
    soonest date begins and the last one ends. At most `MOST` sessions are shown; there are `count` in all.
    """

    first: date
    day: date | None
    earliest: date
    latest: date
    count: int
    begin: dict[date, list[Session]]  # by the day on which they begin, or go on in this month
    taught: dict[date, list[Entry]]  # by each day on which they are taught
    left_out: dict[date, int] = field(default_factory=dict)  # how many more are taught on a day

    @classmethod
    def read(cls, text: str, category: str, day: str = "") -> Self:
        """The month `2026-12`; without one, that of the soonest date. Raises Http404 for what is none.

        With a `day` of it, `2026-12-24`, the list is of that day alone.
        """
        coming = selectors.dates(CourseQuery())
        if category:
            coming = coming.filter(course__category__slug=category)
        earliest, latest = _ends_of(coming)
        first = _first_of(text, earliest, latest) if (text := text or day[:7]) else earliest
        chosen = _day_of(day, first) if day else None
        in_order = _taught_between(coming, *_ends_of_sheet(first))
        days_of: dict[UUID, list[SessionDay]] = defaultdict(list)
        for one in in_order:
            days_of[one.session_id].append(one)
        wanted = {chosen} if chosen else {each for week in _weeks(first) for each in week if each.month == first.month}
        here = {pk: days for pk, days in days_of.items() if any(_on(one) in wanted for one in days)}
        outside = [] if chosen else [pk for pk in days_of if pk not in here]
        sessions = _loaded(coming, [*here, *outside][:MOST])
        begin: dict[date, list[Session]] = defaultdict(list)
        taught: dict[date, list[Entry]] = defaultdict(list)
        left_out: dict[date, int] = defaultdict(int)
        listed: set[UUID] = set()
        for one in in_order:
            session, day_of_it = sessions.get(one.session_id), _on(one)
            if session is None:
                left_out[day_of_it] += 1
                continue
            taught[day_of_it].append(Entry(session, one.starts_at))
            if day_of_it in wanted and session.pk not in listed:
                listed.add(session.pk)
                begin[day_of_it].append(session)
        return cls(
            first, chosen, earliest, latest, len(here), dict(sorted(begin.items())), dict(taught), dict(left_out)
        )

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
        return [[self._day(day) for day in week] for week in _weeks(self.first)]

    @property
    def most(self) -> int:
        """How many sessions are shown at most."""
        return MOST

    @property
    def is_cut(self) -> bool:
        """Whether there are more sessions than are shown."""
        return self.count > MOST

    @property
    def not_all_shown(self) -> list[date]:
        """The days of the month on which more is taught than is shown."""
        return sorted(day for day in self.left_out if day.month == self.first.month)

    def _day(self, day: date) -> Day:
        entries = self.taught.get(day, [])
        listed = next((first for first, rows in self.begin.items() if entries and entries[0].session in rows), None)
        return Day(listed, day, entries, self.left_out.get(day, 0), day.month != self.first.month)


def _on(day: SessionDay) -> date:
    return local(day.starts_at).date()


def _ends_of(coming: SessionQuerySet) -> tuple[date, date]:
    """The first days of the months in which the first of these begins and the last one ends, each on its own clock."""
    zones = coming.order_by().values("time_zone").annotate(first=Min("starts_at"), last=Max("ends_at"))
    rows = [(Session(time_zone=row["time_zone"]).zone, row["first"], row["last"]) for row in zones]
    earliest = min((first.astimezone(zone).date() for zone, first, _last in rows), default=local_today())
    latest = max((last.astimezone(zone).date() for zone, _first, last in rows), default=local_today())
    return earliest.replace(day=1), latest.replace(day=1)


def _taught_between(coming: SessionQuerySet, first: date, last: date) -> list[SessionDay]:
    """The days of these sessions from `first` to `last` on their own clocks, by day and hour: few columns of many."""
    span = first_moment(first), last_moment(last)
    rows = SessionDay.objects.filter(session__in=coming.order_by().values("pk"), starts_at__range=span)
    found = rows.order_by("starts_at", "pk").only("session", "time_zone", "starts_at", "ends_at")
    return sorted(
        (one for one in found if first <= _on(one) <= last), key=lambda one: local(one.starts_at).replace(tzinfo=None)
    )


def _loaded(coming: SessionQuerySet, keys: Iterable[UUID]) -> dict[UUID, Session]:
    days = Prefetch("days", SessionDay.objects.order_by("starts_at"))
    rows = coming.filter(pk__in=keys).select_related("course", "place").prefetch_related(days)
    return {session.pk: session for session in rows}


def _weeks(first: date) -> list[list[date]]:
    return Calendar().monthdatescalendar(first.year, first.month)


def _ends_of_sheet(first: date) -> tuple[date, date]:
    weeks = _weeks(first)
    return weeks[0][0], weeks[-1][-1]


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


def _day_of(text: str, first: date) -> date:
    """The day `2026-12-24` of the month that begins with `first`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if len(text) != len("2026-12-24") or day.replace(day=1) != first:
        raise Http404
    return day
