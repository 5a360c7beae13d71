"""What an order's payments, refunds, disputes and credits add up to: once in SQL, once over rows that are there."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import DecimalField, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from tenant_apps.payments.models.credits import Credit
from tenant_apps.payments.models.disputes import Dispute, DisputeStatus
from tenant_apps.payments.models.payments import Payment, PaymentStatus
from tenant_apps.payments.models.refunds import Refund, RefundStatus

if TYPE_CHECKING:
    from tenant_apps.payments.models.orders import Order

AMOUNT: Any = DecimalField(max_digits=12, decimal_places=2)
NOTHING = Decimal(0)
SUMS = ("paid", "refunded", "disputed", "lost", "credited")


@dataclass(frozen=True)
class Balance:
    """How an order stands. Amounts in major units.

    `disputed` is with the bank until that is decided, `lost` went to the buyer by a dispute, `credited` was taken
    off what is owed.
    """

    total: Decimal
    cancelled: bool
    paid: Decimal = NOTHING
    refunded: Decimal = NOTHING
    disputed: Decimal = NOTHING
    lost: Decimal = NOTHING
    credited: Decimal = NOTHING

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
        return NOTHING if self.cancelled else max(NOTHING, self.owed - self.held - self.disputed)

    @property
    def surplus(self) -> Decimal:
        """What is here beyond what is owed."""
        return max(NOTHING, self.held - (NOTHING if self.cancelled else self.owed))


def balance_of_rows(order: "Order") -> Balance:
    """The balance of an order whose payments with refunds and disputes, and whose credits, are prefetched."""
    payments = list(order.payments.all())
    disputes = [dispute for payment in payments for dispute in payment.disputes.all()]
    refunds = [refund for payment in payments for refund in payment.refunds.all()]
    return Balance(
        total=order.total,
        cancelled=order.status == "cancelled",
        paid=_sum(row for row in payments if row.status == PaymentStatus.COMPLETED),
        refunded=_sum(row for row in refunds if row.status != RefundStatus.FAILED),
        disputed=_sum(row for row in disputes if row.status == DisputeStatus.OPEN),
        lost=_sum(row for row in disputes if row.status == DisputeStatus.LOST),
        credited=_sum(order.credits.all()),
    )


def _sum(rows: Any) -> Decimal:
    return sum((row.amount for row in rows), NOTHING)


PREFETCH = ("payments__refunds", "payments__disputes", "credits")  # what `balance_of_rows` reads of an order


def with_sums(rows: Any, *, order: str, prefix: str = "") -> Any:
    """Each row with the sums named in `SUMS`, after `prefix`, of the order whose key is in its column `order`."""
    disputes = Dispute.objects.all()
    sums = {
        "paid": _add(Payment.objects.filter(status=PaymentStatus.COMPLETED), "order", order),
        "refunded": _add(Refund.objects.exclude(status=RefundStatus.FAILED), "payment__order", order),
        "disputed": _add(disputes.filter(status=DisputeStatus.OPEN), "payment__order", order),
        "lost": _add(disputes.filter(status=DisputeStatus.LOST), "payment__order", order),
        "credited": _add(Credit.objects.all(), "order", order),
    }
    return rows.annotate(**{prefix + name: sums[name] for name in SUMS})


def _add(rows: Any, path: str, order: str) -> Any:
    rows = rows.filter(**{path: OuterRef(order)}).order_by().values(path)
    return Coalesce(Subquery(rows.annotate(sum=Sum("amount")).values("sum")), NOTHING, output_field=AMOUNT)


def held_in_sql(prefix: str = "") -> Any:
    """`Balance.held` of rows that `with_sums` made."""
    paid, refunded, disputed, lost = (F(prefix + name) for name in SUMS[:4])
    return paid - refunded - disputed - lost


def due_in_sql(total: str, prefix: str = "") -> Any:
    """`Balance.due` of rows that `with_sums` made, unless the order is cancelled; its total is in column `total`."""
    owed = F(total) - F(f"{prefix}credited")
    return Greatest(owed - held_in_sql(prefix) - F(f"{prefix}disputed"), Value(NOTHING), output_field=AMOUNT)
