"""Dates, spans and lengths of time as visitors read them, in the tenant's zone and language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from django.utils import timezone

from shared_apps.core.models import known
from shared_apps.core.time import local, local_today
from shared_apps.tenants.context import current_tenant
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.scheduling.models import Session

LONG_DAY = 300  # minutes of teaching from which people speak of a day
MOST_DAYS = 4  # named one by one in a line


@dataclass(frozen=True)
class When:
    """`Mon 8 to Wed 10 March`, `09:00 to 17:00`. Where the days' times differ, `times` is empty and `days` has them.

    `span` is as short as `days` can be: `8 dates, Mon 7 to Wed 30 December`.
    """

    days: str
    times: str
    count: int
    span: str = ""

    def __str__(self) -> str:
        return f"{self.days}, {self.times}" if self.times else self.days


def when(session: Session) -> When:
    """The days and times of a session; its `days` should be prefetched. Worked out once: a page says it thrice."""
    said: When = session.__dict__.setdefault("said_when", None) or _when(session)
    session.__dict__["said_when"] = said
    return said


def _when(session: Session) -> When:
    days = sorted(known(session, "days"), key=lambda day: day.starts_at)
    spans = [(_local(d.starts_at), _local(d.ends_at)) for d in days]
    spans = spans or [(_local(session.starts_at), _local(session.ends_at))]
    dates = [begins.date() for begins, _ in spans]
    times = [_times(begins, ends) for begins, ends in spans]
    if len(set(times)) == 1:
        every = times[0] + (" each day" if len(dates) > 1 else "")
        return When(_dates(dates), every, len(dates), _span(dates, _dates(dates)))
    each = [f"{_date(day)} {clock}" for day, clock in zip(dates, times, strict=True)]
    return When(_and(each), "", len(dates), _span(dates, _and(each)))


def duration(minutes: int, days: int = 0) -> str:
    """`3 days`, `1 day`, `2 hours`, `90 minutes`. `days` is how many a session takes, if that is known."""
    if days > 1:
        return f"{days} days"
    if days == 1 and minutes >= LONG_DAY:
        return "1 day"
    hours, rest = divmod(minutes, 60)
    if not hours or (rest and minutes < 120):
        return f"{minutes} minutes"
    halves = "½" if rest == 30 else ""
    return f"{hours}{halves} hour{'' if hours == 1 and not halves else 's'}"


def zone_name(zone: ZoneInfo | None = None) -> str:
    """The tenant's zone for people: `United Kingdom time`."""
    zone = zone or _zone()
    name = get_timezone_location(zone, locale=str(current_tenant().locale).replace("-", "_"))
    return name[:-5] + " time" if name.endswith(" Time") else name


def _zone() -> ZoneInfo:
    zone = timezone.get_current_timezone()
    assert isinstance(zone, ZoneInfo)
    return zone


def _local(moment: datetime) -> datetime:
    return local(moment)


def _times(begins: datetime, ends: datetime) -> str:
    return f"{begins:%H:%M} to {ends:%H:%M}" + (" the next day" if ends.date() > begins.date() else "")


def _dates(days: Sequence[date]) -> str:
    if len(days) == 1:
        return _date(days[0])
    in_a_row = all(after - before == timedelta(days=1) for before, after in pairwise(days))
    same_month = (days[0].year, days[0].month) == (days[-1].year, days[-1].month)
    if in_a_row:
        first = day_text(days[0], "EEE d") if same_month else _date(days[0], year=days[0].year != days[-1].year)
        return f"{first} to {_date(days[-1])}"
    if same_month:
        return _and([*(day_text(day, "EEE d") for day in days[:-1]), _date(days[-1])])
    return _and([*(_date(day, year=day.year != days[-1].year) for day in days[:-1]), _date(days[-1])])


def _span(days: Sequence[date], all_days: str) -> str:
    if len(days) <= MOST_DAYS or (days[-1] - days[0]).days == len(days) - 1:
        return all_days
    same_month = (days[0].year, days[0].month) == (days[-1].year, days[-1].month)
    first = day_text(days[0], "EEE d") if same_month else _date(days[0], year=days[0].year != days[-1].year)
    return f"{len(days)} dates, {first} to {_date(days[-1])}"


def _date(day: date, *, year: bool | None = None) -> str:
    with_year = day.year != local_today().year if year is None else year
    return day_text(day, "EEE d MMMM y" if with_year else "EEE d MMMM")


def _and(parts: Sequence[object]) -> str:
    *before, last = map(str, parts)
    return f"{', '.join(before)} and {last}" if before else last
