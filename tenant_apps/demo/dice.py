"""Chance that always falls alike, and keys that say when a row was made."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from shared_apps.core.ids import ALPHABET

Thing = TypeVar("Thing")


class Dice(Random):
    """Random numbers of one provider, the same at every load."""

    def key(self, moment: datetime) -> UUID:
        """A UUIDv7 of `moment`, so that rows of the past sort where they belong."""
        milliseconds = int(moment.timestamp() * 1000)
        bits = (milliseconds << 80) | (0x7 << 76) | (self.getrandbits(12) << 64) | (0b10 << 62) | self.getrandbits(62)
        return UUID(int=bits)

    def moment_of(self, key: UUID) -> datetime:
        """The moment that `key` was made for."""
        return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)

    def reference(self) -> str:
        """A code such as bookings and orders have."""
        return "".join(self.choice(ALPHABET) for _ in range(7))

    def some(self, things: Sequence[Thing], weights: Sequence[float]) -> Thing:
        """One of `things`, the heavier the likelier."""
        return self.choices(things, weights)[0]

    def between(self, first: datetime, last: datetime) -> datetime:
        """A moment from `first` to `last`; `last` when they are the wrong way round."""
        seconds = (last - first).total_seconds()
        return first + timedelta(seconds=int(self.random() * seconds)) if seconds > 0 else last
