"""Dates from a rule: every Monday and Thursday, every second week, until a day or so many times, some left out.

A rule knows dates alone. Whoever uses it says at which time on whose clock, so 18:00 stays 18:00 when clocks change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from shared_apps.core.time import FIRST_DAY, LAST_DAY

MOST_DATES = 104  # that take place: two a week for a year
MOST_WEEKS = 12  # between two weeks of a rule
LONGEST = timedelta(days=366 * 6)  # from the first day to the one that it is until
HORIZON = timedelta(days=366 * 50)  # from the first day to the last that is looked at
WEEK = timedelta(weeks=1)
Closed = Callable[[date], str]


class RuleRefused(ValueError):
    """The rule can't be. `field` is `weekdays`, `every`, `first`, `count`, `until` or `skipped`."""

    def __init__(self, field: str, message: str):
        self.field, self.message = field, message
        super().__init__(message)


@dataclass(frozen=True)
class Occurrence:
    """One date of a rule; `skipped` says why nothing takes place on it, "" where something does."""

    day: date
    skipped: str = ""


def never_closed(day: date) -> str:
    """Nothing speaks against any day."""
    return ""


@dataclass(frozen=True)
class Rule:
    """The `weekdays` (Monday is 0) of every so many weeks from `first` on.

    Weeks are counted from the one that `first` is in and begin on Monday. It ends after `count` dates that take place,
    those that are skipped not counted, or on the day `until`, which is included; one of the two is given.
    `skipped` are dates left out by hand.
    """

    weekdays: frozenset[int]
    first: date
    every: int = 1
    count: int | None = None
    until: date | None = None
    skipped: frozenset[date] = frozenset()

    def check(self) -> None:
        """Raise `RuleRefused` for a rule that says too little, too much or nothing."""
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise RuleRefused("weekdays", _("Choose at least one day of the week."))
        if not FIRST_DAY <= self.first <= LAST_DAY:
            limits = {"first": FIRST_DAY.year, "last": LAST_DAY.year}
            raise RuleRefused("first", _("Choose a day of the years %(first)d to %(last)d.") % limits)
        if not 1 <= self.every <= MOST_WEEKS:
            raise RuleRefused("every", _("Between 1 and %d weeks.") % MOST_WEEKS)
        if (self.count is None) == (self.until is None):
            raise RuleRefused("count", _("Say how many times, or until which day: one of the two."))
        if self.count is not None and not 1 <= self.count <= MOST_DATES:
            raise RuleRefused("count", _("Between 1 and %d dates.") % MOST_DATES)
        if self.until is not None and self.until < self.first:
            raise RuleRefused("until", _("The last day is before the first."))
        if self.until is not None and self.until - self.first > LONGEST:
            raise RuleRefused("until", _("At most six years after the first day."))

    def occurrences(self, closed: Closed = never_closed) -> list[Occurrence]:
        """Its dates in order, also those that are skipped: left out by hand, or since `closed` says why.

        Raises `RuleRefused` when more than `MOST_DATES` would take place, or none.
        """
        self.check()
        found, made = [], 0
        for one in self.judged(closed):
            found.append(one)
            made += not one.skipped
            if made > MOST_DATES:
                raise RuleRefused("until", _("These are more than %d dates. End earlier.") % MOST_DATES)
            if made == self.count:
                break
        if not made or (self.count and made < self.count):
            field = "until" if self.until else "first"
            raise RuleRefused(field, _("No date is left: none in that time, or all skipped."))
        return found

    def following(self, last: date, more: int, closed: Closed = never_closed) -> list[Occurrence]:
        """The next dates after `last`, on the same weeks, until `more` of them take place, whatever end it has.

        Raises `RuleRefused` when there are not so many.
        """
        endless = Rule(self.weekdays, self.first, self.every, skipped=self.skipped)
        found, made = [], 0
        for one in endless.judged(closed, after=last):
            found.append(one)
            made += not one.skipped
            if made == more:
                return found
        raise RuleRefused("more", _("There are not so many dates left in the years that can be planned."))

    def judged(self, closed: Closed = never_closed, after: date | None = None) -> Iterator[Occurrence]:
        """Its dates in order, after a day, whether they take place or not; not ended by `count`."""
        for day in self._days(after):
            yield Occurrence(day, _("left out") if day in self.skipped else closed(day))

    def _days(self, after: date | None) -> Iterator[date]:
        monday = self.first - timedelta(days=self.first.weekday())
        begins = after + timedelta(days=1) if after else self.first
        end = min(self.until or LAST_DAY, _later(max(begins, self.first)))
        weeks = max(0, (begins - monday).days // 7 // self.every * self.every)
        monday += weeks * WEEK
        while monday <= end:
            for weekday in sorted(self.weekdays):
                day = monday + timedelta(days=weekday)
                if max(begins, self.first) <= day <= end:
                    yield day
            if LAST_DAY - monday < self.every * WEEK:
                return
            monday += self.every * WEEK


def _later(day: date) -> date:
    return day + HORIZON if LAST_DAY - day > HORIZON else LAST_DAY
