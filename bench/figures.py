"""One measured figure, and the limit it must keep."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; it must not exceed `limit`. `how` says in a sentence what was counted against what.

    What depends on the speed of the machine is a ratio (`×`) to something that was measured in the same run;
    `absolute` says then what it was in milliseconds or seconds, for whoever knows the machine.
    """

    name: str
    value: float
    unit: str
    limit: float | None
    how: str
    absolute: str = ""

    @property
    def kept(self) -> bool:
        return self.limit is None or self.value <= self.limit


@dataclass(frozen=True)
class Pair:
    """What was measured, and the reference it is compared with; both in milliseconds."""

    spent: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.spent / self.bare

    def __str__(self) -> str:
        return f"{self.spent:.3g} ms to {self.bare:.3g} ms"
