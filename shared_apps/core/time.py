"""Instants are UTC; wall-clock times are made from the zone of a session or of the tenant."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext, ngettext

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2200, 12, 31)  # beyond them there are no instants to count with

# A day begins in the first zone of all so long before it does in UTC, and ends in the last one so long after.
EASTMOST, WESTMOST = timedelta(hours=14), timedelta(hours=12)

_clock: Callable[[datetime], datetime] | None = None


def now() -> datetime:
    """This instant, aware, in UTC; in a sandbox as the clock of the present tenant shows it."""
    return _clock(real_now()) if _clock else real_now()


def real_now() -> datetime:
    """This instant, whatever a clock in a sandbox shows. For those clocks, and for sign-ins."""
    return datetime.now(UTC)


def use_clock(clock: Callable[[datetime], datetime]) -> None:
    """Ask `clock`, which is told the real time, what time it is. Only the sandbox does that."""
    global _clock
    _clock = clock


def local_today() -> date:
    """The date on the clock of the tenant."""
    return timezone.localtime(now()).date()


def how_long(seconds: float) -> str:
    """A wait in words, rounded up: `a minute`, `41 minutes`, `3 hours`."""
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return gettext("a minute")
    if minutes < 100:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours = math.ceil(minutes / 60)
    return ngettext("%d hour", "%d hours", hours) % hours


def start_of_today() -> datetime:
    """The first moment of today in the tenant's zone: what was due by a day before today is overdue."""
    return datetime.combine(local_today(), time.min, timezone.get_current_timezone())


def start_of_week() -> datetime:
    """The first moment of this week's Monday in the tenant's zone."""
    return start_of_today() - timedelta(days=local_today().weekday())


def countable(day: date) -> date:
    """`day`, or the last of those that can be counted with in its direction."""
    return min(max(day, FIRST_DAY), LAST_DAY)


def midnight(day: date, *, after: bool = False) -> datetime:
    """When `day`, of any year that somebody typed, begins in the tenant's zone; or is over, with `after`."""
    return at(countable(day) + timedelta(days=1 if after else 0), time.min, tenant_zone())


def first_moment(day: date) -> datetime:
    """When `day`, of any year that somebody typed, begins in the first zone of all in which it does."""
    return datetime.combine(countable(day), time.min, UTC) - EASTMOST


def last_moment(day: date) -> datetime:
    """When `day` is over in the last zone of all."""
    return datetime.combine(countable(day), time.min, UTC) + timedelta(days=1) + WESTMOST


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which `clock` is read on `day` in `zone`, in UTC.

    A time that a clock change skips is taken an hour later; of one that comes twice, the first.
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def is_doubtful(day: date, clock: time, zone: ZoneInfo) -> bool:
    """Whether the clocks change on `day` so that `clock` is skipped, or comes twice."""
    first = datetime.combine(day, clock, tzinfo=zone)
    return first.utcoffset() != first.replace(fold=1).utcoffset()


def local(moment: datetime) -> datetime:
    """`moment` on the clock it belongs to: that of the zone it carries, as a session's times do, else the tenant's."""
    carried = moment.tzinfo
    if isinstance(carried, ZoneInfo) and carried.key != "UTC":
        return moment
    return timezone.localtime(moment)


def tenant_zone() -> ZoneInfo:
    """The zone of the present tenant."""
    zone = timezone.get_current_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


def tenant_zone_name() -> str:
    """The IANA name of the present tenant's zone."""
    return tenant_zone().key
