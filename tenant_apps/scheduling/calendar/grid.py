"""How entries stand on a day with hours: from which quarter of an hour to which, and beside what else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tenant_apps.scheduling.calendar.entries import Entry

FIRST_HOUR, LAST_HOUR = 8, 18  # shown at least
QUARTERS = 4  # of an hour: a row each
WIDTHS = (1, 2, 3, 4, 6)  # columns into which a day may be divided


@dataclass
class Block:
    """An entry on one day: its first row (from 1), how many rows, and which of how many columns (from 1)."""

    entry: Entry
    row: int
    rows: int
    column: int = 1
    columns: int = 1

    @property
    def place(self) -> str:
        """The classes that put it there."""
        return f"cal-r{self.row} cal-s{self.rows} cal-c{self.columns}-{self.column}"


@dataclass(frozen=True)
class Away:
    """Rows of a day in which somebody is away, and why."""

    label: str
    row: int
    rows: int


@dataclass
class Day:
    """One day of the calendar, with what is on it; `blocks` stand among its hours, `more` had no room there."""

    date: date
    entries: list[Entry] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    more: int = 0
    now_row: int = 0  # where the present time is; 0: not on this day
    is_other: bool = False  # of another month than the one that is shown
    notes: list[str] = field(default_factory=list)  # who is away, and why it is closed
    closed: bool = False  # on a holiday
    is_away: bool = False  # of the one whose lane this is
    away: list[Away] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say of it: on a phone it is left out."""
        return not (self.entries or self.notes)

    @property
    def shown(self) -> list[Entry]:
        """What stands in a small box of a month."""
        return self.entries[:MOST_IN_A_BOX] if self.hidden else self.entries

    @property
    def hidden(self) -> int:
        """How many more there are than stand in that box. One more line is no longer than saying so."""
        return len(self.entries) - MOST_IN_A_BOX if len(self.entries) > MOST_IN_A_BOX + 1 else 0


MOST_IN_A_BOX = 3


def days_between(since: date, until: date, entries: Sequence[Entry], zone: ZoneInfo) -> list[Day]:
    """Each day from `since` until before `until`, with what touches it."""
    days = [Day(since + timedelta(days=n)) for n in range((until - since).days)]
    by_date = {day.date: day for day in days}
    for entry in entries:
        last = (entry.ends - timedelta(microseconds=1)).astimezone(zone).date()
        for n in range((last - entry.begins.date()).days + 1):
            if day := by_date.get(entry.begins.date() + timedelta(days=n)):
                day.entries.append(entry)
    return days


def hours_of(days: Sequence[Day]) -> range:
    """The hours that are shown: those of a working day, and whatever is taught before and after."""
    first, last = FIRST_HOUR, LAST_HOUR
    for day in days:
        for entry in day.entries:
            first = 0 if entry.begins.date() < day.date else min(first, entry.begins.hour)
            ends_later = entry.ends.date() > day.date
            last = 24 if ends_later else max(last, entry.ends.hour + (1 if entry.ends.minute else 0))
    return range(first, last)


def lay_out(day: Day, hours: range, *, most: int, at: datetime) -> None:
    """Give each of the day's entries its place. Of more than `most` at a time the rest is counted as `more`."""
    day.blocks = [_block(entry, day.date, hours) for entry in day.entries]
    together: list[Block] = []
    placed: list[Block] = []
    for block in sorted(day.blocks, key=lambda one: (one.row, -one.rows)):
        if together and block.row >= max(one.row + one.rows for one in together):
            _widen(together)
            together = []
        used = {one.column for one in together if one.row + one.rows > block.row}
        block.column = next(n for n in range(1, len(used) + 2) if n not in used)
        if block.column > most:
            day.more += 1
            continue
        together.append(block)
        placed.append(block)
    _widen(together)
    day.blocks = placed
    if at.date() == day.date and hours.start <= at.hour < hours.stop:
        day.now_row = _row(at.time(), hours)


def _widen(together: Sequence[Block]) -> None:
    widest = max((block.column for block in together), default=1)
    for block in together:
        block.columns = next(width for width in WIDTHS if width >= widest)


def _block(entry: Entry, day: date, hours: range) -> Block:
    return Block(entry, *rows_between(entry.begins, entry.ends, day, hours))


def rows_between(begins: datetime, ends: datetime, day: date, hours: range) -> tuple[int, int]:
    """The first row (from 1) and how many, of what of a span lies on `day` within the `hours` that are shown."""
    last = len(hours) * QUARTERS
    first = 1 if begins.date() < day else min(max(1, _row(begins.time(), hours)), last)
    end = last if ends.date() > day else min(max(first, _row(ends.time(), hours, up=True) - 1), last)
    return first, end - first + 1


def _row(clock: time, hours: range, *, up: bool = False) -> int:
    minutes = (clock.hour - hours.start) * 60 + clock.minute
    return (minutes + (14 if up else 0)) // 15 + 1
