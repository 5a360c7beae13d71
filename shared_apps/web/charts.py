"""Charts drawn by the server: bars or a line, with their scale, and the same as a table for who reads or copies it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import floor, log10

HIGH, STEP, THICK = 1000, 100, 70  # of the drawing: its height, the room of a point, a bar within it


@dataclass(frozen=True)
class Point:
    """One value under its name. `more` are further columns of the table."""

    name: str
    value: Decimal
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A point as it is drawn: `x`, `y`, `high` in the drawing's units, its value in words, and whether it is named."""

    point: Point
    x: int
    y: int
    high: int
    shown: str
    is_named: bool
    is_last: bool

    @property
    def middle(self) -> int:
        return self.x + THICK // 2


@dataclass(frozen=True)
class Chart:
    """Values in their order. `words` writes one; `kind` is `bars` or `line`. Less than nothing is drawn as nothing."""

    points: Sequence[Point]
    words: Callable[[Decimal], str] = str
    kind: str = "bars"
    names: int = 6  # how many points have their name below the drawing
    top: Decimal = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "top", round_above(max((point.value for point in self.points), default=Decimal(0))))

    @property
    def wide(self) -> int:
        """The drawing's width in its own units."""
        return STEP * max(len(self.points), 1)

    @property
    def thick(self) -> int:
        return THICK

    @property
    def scale(self) -> list[str]:
        """The words at its top, middle and foot."""
        return [self.words(self.top), self.words(self.top / 2), self.words(Decimal(0))]

    @property
    def marks(self) -> list[Mark]:
        """Each point as it is drawn."""
        every = max(1, -(-len(self.points) // self.names))
        marks = []
        for n, point in enumerate(self.points):
            high = max(0, int(HIGH * point.value / self.top)) if self.top else 0
            x = n * STEP + (STEP - THICK) // 2
            last = n == len(self.points) - 1
            marks.append(Mark(point, x, HIGH - high, high, self.words(point.value), n % every == 0, last))
        return marks

    @property
    def line(self) -> str:
        """The points joined, as the path of a line."""
        return "M" + "L".join(f"{mark.middle} {mark.y}" for mark in self.marks) if self.points else ""


def round_above(value: Decimal) -> Decimal:
    """The next number above `value` that reads well at a scale: 1, 2, 4, 5, 6, 8 or 10 of its power of ten."""
    if value <= 0:
        return Decimal(1)
    power = Decimal(10) ** floor(log10(value))
    return next(step * power for step in map(Decimal, (1, 2, 4, 5, 6, 8, 10)) if value <= step * power)
