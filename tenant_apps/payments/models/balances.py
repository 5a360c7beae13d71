"""How an order stands, by the ledger: for one order, for many, and in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db.models import DecimalField, Value
from django.db.models.functions import Greatest, Round

from tenant_apps.ledger.models import Account, DocumentKind
from tenant_apps.ledger.selectors import Sums, moved, sums_by_order

if TYPE_CHECKING:
    from tenant_apps.payments.models.orders import Order

AMOUNT = DecimalField(max_digits=12, decimal_places=2)
NOTHING = Decimal(0)
PENNY = Decimal("0.01")


@dataclass(frozen=True)
class Balance:
    """How an order stands. Amounts in major units.

    What was written down by mistake, and taken back, was neither `paid` nor `refunded`.
    `disputed` is with the bank until that is decided, `lost` went to the buyer by a dispute, `credited` was taken
    off what is owed. `settled` is here and stays: it was to go back, and the office settled that another way.
    """

    total: Decimal
    cancelled: bool
    paid: Decimal = NOTHING
    refunded: Decimal = NOTHING
    disputed: Decimal = NOTHING
    lost: Decimal = NOTHING
    credited: Decimal = NOTHING
    settled: Decimal = NOTHING

    @classmethod
    def of(cls, order: "Order", sums: Sums) -> Self:
        """How `order` stands, whose entries in the ledger add up to `sums`."""
        buyer = {kind: sums[kind, Account.BUYER].quantize(PENNY) for kind in DocumentKind}
        return cls(
            total=buyer[DocumentKind.SALE],
            cancelled=order.status == "cancelled",
            paid=-buyer[DocumentKind.PAYMENT],
            refunded=buyer[DocumentKind.REFUND],
            disputed=sums.on(Account.DISPUTED).quantize(PENNY),
            lost=buyer[DocumentKind.DISPUTE],
            credited=-buyer[DocumentKind.CREDIT],
            settled=buyer[DocumentKind.SETTLING],
        )

    @property
    def held(self) -> Decimal:
        """Money that is here."""
        return self.paid - self.refunded - self.disputed - self.lost

    @property
    def owed(self) -> Decimal:
        """The price, credits taken off. Of a hold that got smaller, more may be taken off than it costs."""
        return max(NOTHING, self.total - self.credited)

    @property
    def due(self) -> Decimal:
        """What must still come; nothing once cancelled. Nobody is asked again for what a bank is deciding about."""
        return NOTHING if self.cancelled else max(NOTHING, self.owed - self.held + self.settled - self.disputed)

    @property
    def surplus(self) -> Decimal:
        """What is here beyond what is owed."""
        return max(NOTHING, self.held - self.settled - (NOTHING if self.cancelled else self.owed))

    def kept(self, *, promised: Decimal) -> Decimal:
        """What is here beyond what is owed, and goes back to nobody: all but what was `promised` back and could not go.

        Nothing of a cancelled order: what is here of that is what its terms keep.
        """
        return NOTHING if self.cancelled else max(NOTHING, self.surplus - promised)


def balances_of(orders: Iterable["Order"]) -> dict["Order", Balance]:
    """How each of `orders` stands; asks the database once."""
    orders = list(orders)
    sums = sums_by_order(order.pk for order in orders)
    return {order: Balance.of(order, sums[order.pk]) for order in orders}


def held_in_sql(order: str) -> Round:
    """`Balance.held` of the order whose key is in the column `order`."""
    return Round(moved(order, Account.PROVIDER, Account.PAYABLE), precision=2, output_field=AMOUNT)


def due_in_sql(order: str) -> Greatest:
    """`Balance.due` of the order whose key is in the column `order`, unless it is cancelled or has lapsed."""
    return Greatest(Round(moved(order, Account.BUYER), precision=2), Value(NOTHING), output_field=AMOUNT)
