"""What a cancellation gives back: all until N days before, x % until M days before, then nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shared_apps.core.time import local, now
from shared_apps.web.templatetags.muster import day as day_text

MOST_STEPS, MOST_DAYS = 10, 365
FURTHEST_DAYS = 36_500  # that are counted back; what was kept before there was a bound may say more


class PolicyRow(TypedDict):
    """A step as JSON keeps it."""

    days: int
    percent: int


@dataclass(frozen=True)
class Step:
    """Cancelled at least `days` days before the start, `percent` of what was paid comes back."""

    days: int
    percent: int


@dataclass(frozen=True)
class Line:
    """One step at a date: until the instant `until`, `percent` comes back. `sentence` says so to people."""

    percent: int
    until: datetime | None
    sentence: str


@dataclass(frozen=True)
class CancellationPolicy:
    """Steps from the earliest to the latest; after the last nothing comes back.

    A step counts whole days of the calendar where the session takes place: "up to the day before" lasts
    to the end of that day. The very day ends when the session begins.
    """

    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, rows: Sequence[PolicyRow]) -> "CancellationPolicy":
        """From JSON `[{"days": 14, "percent": 100}, …]`."""
        steps = sorted((Step(int(row["days"]), int(row["percent"])) for row in rows), key=lambda step: -step.days)
        return cls(tuple(steps))

    def lines(self, starts_at: datetime | None = None, zone: tzinfo | None = None) -> list[Line]:
        """The steps in which something comes back: in general, or of what begins at `starts_at` (on `zone`'s calendar).

        `zone` is the one that `starts_at` carries, or else the provider's, where none is given.
        """
        return [
            Line(
                step.percent,
                until,
                _sentence(step, until.astimezone(zone) if until and zone else until and local(until)),
            )
            for step in self.steps
            if step.percent
            for until in [end_of_day_before(starts_at, step.days, zone) if starts_at else None]
        ]

    def percent_at(self, moment: datetime, starts_at: datetime, zone: tzinfo | None = None) -> int:
        """How many per cent come back to one who cancels at `moment` what begins at `starts_at`."""
        lines = self.lines(starts_at, zone)
        return next((line.percent for line in lines if line.until and moment <= line.until), 0)

    def sentences(self, starts_at: datetime | None = None, zone: tzinfo | None = None) -> list[str]:
        """The policy for people, a step each; with `starts_at`, the days that it means, but for those that are over."""
        lines = self.lines(starts_at, zone)
        if not lines:
            return [_("Bookings can't be refunded.")]
        lines = [line for line in lines if line.until is None or line.until >= now()]
        if not lines:
            return [_("It is too late for a refund: cancelled from now on, nothing comes back.")]
        to_the_end = any(not step.days and step.percent for step in self.steps)
        rest = _("Once it has begun: no refund.") if to_the_end else _("After that: no refund.")
        return [*(line.sentence for line in lines), rest]


def end_of_day_before(starts_at: datetime, days: int, zone: tzinfo | None = None) -> datetime:
    """The last moment of the day that lies `days` before that of `starts_at`; never later than `starts_at`."""
    begins = starts_at.astimezone(zone) if zone else local(starts_at)
    days = min(max(days, 0), FURTHEST_DAYS)
    return min(starts_at, datetime.combine(begins.date() - timedelta(days=days), time.max, begins.tzinfo))


def _sentence(step: Step, until: datetime | None) -> str:
    back = _("a full refund") if step.percent == 100 else _("%d%% back") % step.percent
    if not step.days:
        return _("Cancel any time before it starts: %s.") % back
    if until:
        return _("Cancel until %(day)s, %(time)s: %(back)s.") % {
            "day": day_text(until.date(), "EEE d MMM"), "time": f"{until:%H:%M}", "back": back,
        }  # fmt: skip
    if step.days == 1:
        return _("Cancel up to the day before it starts: %s.") % back
    return _("Cancel up to %(n)d days before it starts: %(back)s.") % {"n": step.days, "back": back}


def default_policy() -> list[PolicyRow]:
    """The cancellation terms of a new provider, as rows."""
    return [{"days": 14, "percent": 100}, {"days": 7, "percent": 50}]


def validate_policy(rows: Any) -> None:
    """Refuse what is not a list of steps that give back less the later one cancels."""
    if not isinstance(rows, list) or not all(map(_is_step, rows)):
        raise ValidationError(_("Give steps of days and percent."))
    if len(rows) > MOST_STEPS:
        raise ValidationError(_("Give at most %d steps.") % MOST_STEPS)
    if any(not 0 <= row["percent"] <= 100 or not 0 <= row["days"] <= MOST_DAYS for row in rows):
        raise ValidationError(_("Percent lies between 0 and 100, days between 0 and %d.") % MOST_DAYS)
    steps = CancellationPolicy.parse(rows).steps
    percents = [step.percent for step in steps]
    if percents != sorted(percents, reverse=True) or len({step.days for step in steps}) != len(steps):
        raise ValidationError(_("The later one cancels, the less comes back."))


def clean_policy(rows: object) -> list[PolicyRow]:
    """`rows` as they are kept; none of them means that nothing ever comes back. Raises ValidationError."""
    validate_policy(rows)
    assert isinstance(rows, list)
    return [{"days": row["days"], "percent": row["percent"]} for row in rows]


def _is_step(row: object) -> bool:
    return (
        isinstance(row, dict) and row.keys() == {"days", "percent"}
        and all(isinstance(value, int) and not isinstance(value, bool) for value in row.values())
    )  # fmt: skip
