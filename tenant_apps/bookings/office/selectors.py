"""What the office sees of bookings: money beside each row, what calling off would cost."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, Expression, F, OuterRef, Q, QuerySet, Sum, When

from shared_apps.core.time import now, start_of_today
from tenant_apps.bookings.models import STANDING, Booking, BookingQuerySet, BookingStatus
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.models import Credit, Dispute, DisputeStatus, Order, OrderStatus, Payment, Refund
from tenant_apps.payments.models.balances import AMOUNT, NOTHING, due_in_sql, held_in_sql
from tenant_apps.payments.parts import part_in_sql
from tenant_apps.payments.refunds import goes_by_hand
from tenant_apps.scheduling.models import Session

PAID_FOR = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


def with_money(bookings: QuerySet[Booking]) -> QuerySet[Any]:
    """Each booking with `money_total`, `money_held` and `money_due`, as `Order.total`, `.held` and `.due` say.

    Of an order of several things each has its part. An expired or cancelled booking owes nothing.
    """
    owing = Q(status__in=STANDING, order__isnull=False) & ~Q(order__status=OrderStatus.CANCELLED)
    due = Case(When(owing, then=_part(due_in_sql("order"))), default=NOTHING, output_field=AMOUNT)
    held, total = _part(held_in_sql("order")), _part(F("order__total"))
    return bookings.annotate(money_total=total, money_held=held, money_due=due)


def _part(amount: Expression | F) -> Case:
    return part_in_sql(amount, item="pk", order="order")


def is_overdue() -> Q:
    """Of `with_money`: those whose day for the balance is over, or whose session has begun while money is due."""
    late = Q(order__balance_due_at__lt=start_of_today()) | Q(session__starts_at__lte=now())
    return late & Q(money_due__gt=0, status__in=PAID_FOR)


def overdue(bookings: BookingQuerySet) -> QuerySet[Any]:
    """Those whose money should have come by now, with their money."""
    return with_money(bookings).filter(is_overdue())


def movements(order: Order) -> list[tuple[str, Payment | Refund | Dispute | Credit]]:
    """All that moved an order's money or its price, as `(kind, row)`, the latest first.

    Kinds are `payment`, failed and open ones too, `refund`, `dispute` and `credit`.
    """
    of_payments = {"payment__order": order}
    rows: list[tuple[str, Payment | Refund | Dispute | Credit, datetime]] = []
    rows += [("payment", row, row.completed_at or row.created_at) for row in order.payments.all()]
    rows += [("refund", row, row.created_at) for row in Refund.objects.filter(**of_payments).select_related("payment")]
    rows += [("dispute", row, row.created_at) for row in Dispute.objects.filter(**of_payments)]
    rows += [("credit", row, row.created_at) for row in order.credits.all()]
    return [(kind, row) for kind, row, _when in sorted(rows, key=lambda one: one[2], reverse=True)]


@dataclass(frozen=True)
class CallingOff:
    """What cancelling a session does: how many bookings end, on how many seats, and what goes back to whom paid.

    `by_hand` is the part of the money that people must send, `disputed` is with the buyers' banks until they decide.
    """

    bookings: int
    seats: int
    money: Decimal
    by_hand: Decimal = NOTHING
    disputed: Decimal = NOTHING


def calling_off(session: Session) -> CallingOff:
    """What `cancel_session` would do now. The money is in the tenant's currency."""
    rows = with_money(Booking.objects.live().filter(session=session)).order_by()
    seats = rows.aggregate(sum=Sum("seats"))["sum"] or 0
    paid = rows.filter(money_held__gt=0).select_related("order", "session")
    quotes = [(booking.order, refund_quote(booking)) for booking in paid if booking.order]
    back = [(order, quote.held - quote.settled) for order, quote in quotes]
    money = sum((amount for _order, amount in back), NOTHING)
    by_hand = sum((goes_by_hand(order, amount) for order, amount in back), NOTHING)
    of_these = Exists(rows.filter(order=OuterRef("payment__order")))
    open_disputes = Dispute.objects.filter(of_these, status=DisputeStatus.OPEN)
    disputed = open_disputes.aggregate(sum=Sum("amount"))["sum"] or NOTHING
    return CallingOff(rows.count(), seats, money, by_hand, disputed)
