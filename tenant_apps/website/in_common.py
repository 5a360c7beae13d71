"""What all dates of a list have in common: said once above them, and not again on each."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from tenant_apps.scheduling.models import Place, Room, Session
from tenant_apps.website.wording import when

Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True)
class InCommon:
    """What is the same for all dates; None or empty where it differs, is not known, or there is but one date."""

    times: str = ""
    place: Place | None = None
    room: Room | None = None
    trainers: str = ""
    price: Decimal | None = None

    def __bool__(self) -> bool:
        return self != InCommon()


def in_common(dates: list[Session]) -> InCommon:
    """What a list of dates can say once. A place counts where everybody is there in person."""
    if len(dates) < 2:
        return InCommon()
    place = _only(date.place if date.delivery == "in_person" else None for date in dates)
    return InCommon(
        times=_only(when(date).times for date in dates) or "",
        place=place,
        room=_only(date.room for date in dates) if place else None,
        trainers=_only(date.teacher_names for date in dates) or "",
        price=_only(date.seat_price for date in dates),
    )


def _only(values: Iterable[Value | None]) -> Value | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None
