"""One measured figure, and the limit it must keep."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; it must not exceed `limit`. `how` says in a sentence what was counted against what."""

    name: str
    value: float
    unit: str
    limit: float | None
    how: str

    @property
    def kept(self) -> bool:
        return self.limit is None or self.value <= self.limit
