"""The columns of a list: which there are, which may shrink, and which go first where there is no room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Expression, F

from shared_apps.core.types import Words

Phone = Literal["", "main", "top", "wide", "end", "hide"]


@dataclass(frozen=True)
class Column:
    """One column.

    `sort`: the field or expression that orders by it. `num`: its values are numbers. `wide` (1 to 3): it takes this
    share of the room, and shrinks to two lines. `goes` (1 to 3): it is left out where there is no room, 1 first.
    `off`: shown only to who asks for it. `phone`: where on a card it stands, `hide` for nowhere.
    """

    name: str
    title: Words
    sort: str | Expression | F | None = None
    num: bool = False
    wide: int = 0
    goes: int = 0
    off: bool = False
    fixed: bool = False
    phone: Phone = ""
    for_money: bool = False

    @property
    def may_miss(self) -> str:
        """The selector of its cells, if there may be no room for them; else empty."""
        phone = ".phone-hide" if self.phone == "hide" else ""
        return f".goes-{self.goes}{phone}" if self.goes else phone

    def css(self, *, stays: bool) -> str:
        """The classes of its cells; `stays`: it was asked for, and goes nowhere."""
        classes = [
            "num" if self.num else "",
            "cut" if self.wide else "",
            f"goes-{self.goes}" if self.goes and not stays else "",
            f"phone-{self.phone}" if self.phone and self.phone != "main" else "",
            "main" if self.phone == "main" else "",
        ]
        return " ".join(filter(None, classes)) or "c"


@dataclass(frozen=True)
class Head:
    """A column's head as it stands on the page."""

    name: str
    title: Words
    sort: str
    css: str


def shown(columns: Sequence[Column], chosen: Iterable[str], *, without: Iterable[str] = ()) -> list[Column]:
    """Those of `columns` that are shown: the `chosen` ones, or the usual ones where none is. Never those `without`."""
    wanted, hidden = set(chosen), set(without)
    there = [column for column in columns if column.name not in hidden]
    if not wanted & {column.name for column in there}:
        return [column for column in there if not column.off]
    return [column for column in there if column.fixed or column.name in wanted]
