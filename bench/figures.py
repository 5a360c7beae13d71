"""One measured figure, and the limit it must keep."""

from dataclasses import dataclass

from bench.machine import times_slower

OF_THE_CPU = {"ms", "ms per tenant"}


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; it must not exceed `limit`. `how` says in a sentence what was counted against what.

    A limit in milliseconds of CPU was set on one machine; on a slower one it is as many times higher.
    """

    name: str
    value: float
    unit: str
    limit: float | None
    how: str

    @property
    def limit_here(self) -> float | None:
        """The limit on this machine."""
        if self.limit is None:
            return None
        return self.limit * (times_slower() if self.unit in OF_THE_CPU else 1)

    @property
    def kept(self) -> bool:
        return self.limit_here is None or self.value <= self.limit_here
