"""Which days a session is on: from what people type to instants, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from shared_apps.core.time import FIRST_DAY, LAST_DAY, at, is_doubtful, tenant_zone
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.scheduling.errors import ClockChange

Span = tuple[datetime, datetime]
DAY = timedelta(days=1)


class PlanRefused(ValueError):
    """The days can't be as they were typed. `field` is `start`, `end`, `begins`, `ends`, `overnight` or `days`."""

    def __init__(self, field: str, message: str):
        self.field, self.message = field, message
        super().__init__(message)


@dataclass(frozen=True)
class Hours:
    """When a day begins and ends, on the clock; `overnight` when it ends on the day after."""

    begins: time
    ends: time
    overnight: bool = False

    def on(self, day: date, zone: ZoneInfo) -> Span:
        """The instants of these hours on `day`. Raises `PlanRefused`, and `ClockChange` (see `spans`)."""
        keep_countable(day)
        if self.ends <= self.begins and not self.overnight:
            raise PlanRefused("ends", _("The end is not after the beginning. For a night, say that it ends next day."))
        if self.ends > self.begins and self.overnight:
            raise PlanRefused("overnight", _("This ends on the same day: its end is later than its beginning."))
        last = day + DAY if self.overnight else day
        return instant(day, self.begins, zone), instant(last, self.ends, zone)


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When `zone` reads `clock` on `day`, in UTC. Raises `ClockChange` for a time that it skips or has twice."""
    if is_doubtful(day, clock, zone):
        raise ClockChange(day, clock)
    return at(day, clock, zone)


def spans(
    start: date, end: date, begins: time, ends: time, *, overnight: bool = False, only: Sequence[date] | None = None,
    zone: ZoneInfo | None = None,
) -> list[Span]:  # fmt: skip
    """The days of a session that runs daily from `begins` to `ends`, as UTC instants.

    From `start` to `end`, or just on the days in `only` (a course with gaps). `overnight`: each ends on the day
    after. `zone`: None is the tenant's. Raises `PlanRefused`, and `ClockChange` for a time that a day skips or
    has twice.
    """
    zone = zone or tenant_zone()
    hours = Hours(begins, ends, overnight)
    days = only or [start + timedelta(days=n) for n in range((end - start).days + 1)]
    return [hours.on(day, zone) for day in sorted(days)]


def typed(days: Sequence[Span], zone: ZoneInfo) -> list[tuple[date, Hours]]:
    """What one would have typed to get `days`: each day with its hours, in order."""
    local = [(begins.astimezone(zone), ends.astimezone(zone)) for begins, ends in sorted(days)]
    return [
        (begins.date(), Hours(begins.time(), ends.time(), overnight=ends.date() > begins.date()))
        for begins, ends in local
    ]


def is_regular(days: Sequence[tuple[date, Hours]]) -> bool:
    """Whether the days follow each other without a gap and have the same hours."""
    in_a_row = all(later - earlier == DAY for (earlier, _h), (later, _i) in pairwise(days))
    return in_a_row and len({hours for _day, hours in days}) == 1


def replan(
    present: Sequence[Span], zone: ZoneInfo, *, start: date | None = None, end: date | None = None,
    dates: Sequence[date] | None = None, begins: time | None = None, ends: time | None = None,
    overnight: bool | None = None, own_hours: Mapping[date, Hours] | None = None,
) -> list[Span]:  # fmt: skip
    """The `present` days, changed in what is named; what is not named stays.

    Another first day takes all days along, with their gaps and hours. Another last day makes the session daily,
    which one with gaps or hours of its own refuses. Other hours go to all days that have those of the first day;
    a day with hours of its own keeps them. `dates` are the days from now on: those in `own_hours` get these, those it
    had keep their hours, the others get those of the first day. Raises `PlanRefused`, `ClockChange`.
    """
    keep_countable(start, end)
    days = typed(present, zone)
    first, usual = days[0]
    hours = _changed(usual, begins, ends, overnight)
    if dates is not None:
        known = dict(days)
        days = [(day, known.get(day, usual)) for day in sorted(set(dates))]
        keep_within([day for day, _h in days], start, end)
    elif end is not None:
        days = _until(days, start or first, end)
    elif start is not None:
        days = [(day + (start - first), own) for day, own in days]
    named = own_hours or {}
    return in_order([(named.get(day) or (hours if own == usual else own)).on(day, zone) for day, own in days])


def _changed(usual: Hours, begins: time | None, ends: time | None, overnight: bool | None) -> Hours:
    begins, ends = begins or usual.begins, ends or usual.ends
    if overnight is None:
        overnight = usual.overnight and ends <= begins
    return Hours(begins, ends, overnight)


def _until(days: list[tuple[date, Hours]], start: date, end: date) -> list[tuple[date, Hours]]:
    (first, usual), (last, _h) = days[0], days[-1]
    if end < start:
        raise PlanRefused("end", _("The last day is before the first."))
    if is_regular(days):
        return [(start + timedelta(days=n), usual) for n in range((end - start).days + 1)]
    if end - start != last - first:
        raise PlanRefused("end", _("This session has gaps, or hours of its own on some days. Change its days instead."))
    return [(day + (start - first), own) for day, own in days]


def keep_countable(*days: date | None) -> None:
    """Raise `PlanRefused` for one of `days` on which there are no instants to count with."""
    for day in filter(None, days):
        if day < FIRST_DAY:
            raise PlanRefused("start", _("No earlier than %d.") % FIRST_DAY.year)
        if day > LAST_DAY:
            raise PlanRefused("end", _("No later than %d.") % LAST_DAY.year)


def keep_within(days: Sequence[date], start: date | None, end: date | None) -> None:
    """Raise `PlanRefused` for one of `days` before `start` or after `end`."""
    if start and min(days) < start:
        raise PlanRefused("days", _("%(day)s is before the first day.") % {"day": day_text(min(days), "d MMMM y")})
    if end and max(days) > end:
        raise PlanRefused("days", _("%(day)s is after the last day.") % {"day": day_text(max(days), "d MMMM y")})


def in_order(days: Sequence[Span]) -> list[Span]:
    """`days`, sorted. Raises `PlanRefused` when two of them overlap."""
    found = sorted(days)
    if any(before[1] > after[0] for before, after in pairwise(found)):
        raise PlanRefused("days", _("Two of the days overlap."))
    return found
