"""What can be sold. The app that has it registers a kind; orders and the way to pay them know no others."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Generic, TypeVar, cast
from uuid import UUID

from shared_apps.accounts.models import User
from tenant_apps.payments.models import Order, OrderLine, Payment
from tenant_apps.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One thing that somebody wants to buy; each kind says in a class of its own what it needs to know."""

    item_type: ClassVar[str]

    @property
    def of_which(self) -> str:
        """The key of what may be scarce, such as a session; what is kept together is kept in the order of these."""
        return ""


@dataclass(frozen=True)
class Reserved:
    """One thing that is kept for its buyer: its id, the order that it is on (None for what costs nothing), `until`."""

    item_id: UUID
    order: Order | None
    until: datetime | None


W = TypeVar("W", bound=Wanted)


class ForSale(ABC, Generic[W]):
    """A kind of thing that is sold. `item_type` is what the lines of an order call it, such as `bookings.booking`."""

    item_type: ClassVar[str]

    @abstractmethod
    def price(self, wanted: W) -> Decimal:
        """What it costs now, VAT included, in major units. Raises why it can't be bought."""

    @abstractmethod
    def keeps_until(self, wanted: W) -> datetime | None:
        """Until when it can be kept unpaid at most; None: as long as is usual."""

    @abstractmethod
    def reserve(
        self, wanted: W, *, buyer: Person, order: Order | None, until: datetime | None, by: User | None, by_office: bool
    ) -> Reserved:
        """Keep it for `buyer` until it is paid: on `order`, or on one of its own; `until` then at most.

        Raises why it can't be bought. In the transaction of whoever calls this.
        """

    @abstractmethod
    def fulfil(self, order_id: UUID, *, payment: Payment | None, too_late: bool = False) -> None:
        """What is on the order is paid for, with `payment` or because nothing is due any more: it is the buyer's.

        What can't be had any more gives its money back; so does all that came `too_late`, after a cancellation.
        Called twice, it changes nothing more.
        """

    @abstractmethod
    def cancel(self, item_id: UUID, *, by: User | None, by_office: bool, reason: str) -> None:
        """Call it off; what its terms give back goes back. Raises why it can't be called off."""


_kinds: dict[str, ForSale[Wanted]] = {}


def for_sale(kind: ForSale[W]) -> None:
    """Register a kind, once, when its app is ready."""
    _kinds[kind.item_type] = cast("ForSale[Wanted]", kind)  # it is given what it wants, and nothing else


def kind_of(wanted: Wanted) -> ForSale[Wanted]:
    """The kind of which somebody wants one; KeyError for one that nobody registered."""
    return _kinds[wanted.item_type]


def kinds_on(order_id: UUID) -> list[ForSale[Wanted]]:
    """Each kind of which the order has, or had, something. A former release does not say of which: then all of them."""
    names = set(OrderLine.objects.filter(order_id=order_id).values_list("item_type", flat=True))
    return [kind for name, kind in _kinds.items() if name in names or "" in names]
