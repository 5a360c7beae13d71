"""Opening and cancelling orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from shared_apps.core.states import move
from shared_apps.events.bus import emit
from tenant_apps.payments import tasks
from tenant_apps.payments.errors import PaymentUnderWay, RefundTooHigh
from tenant_apps.payments.events import OrderCancelled
from tenant_apps.payments.models import OPEN_PAYMENTS, Order, OrderLine, OrderStatus, PaymentStatus
from tenant_apps.payments.refunds import refund_payment
from tenant_apps.people.identity import people_joined
from tenant_apps.people.models import Person


@dataclass(frozen=True)
class Line:
    """What is sold: `unit_price` VAT included, `vat_rate` in per cent."""

    description: str
    quantity: int
    unit_price: Decimal
    vat_rate: Decimal = Decimal(0)


@transaction.atomic(savepoint=False)
def open_order(
    *,
    buyer: Any,
    currency: str,
    lines: Sequence[Line],
    deposit: Decimal | None = None,
    balance_due_at: datetime | None = None,
) -> Order:
    """An order of what `buyer` owes. With a `deposit`, paying that much is enough for now."""
    order = Order(buyer=buyer, currency=currency)
    _price(order, lines, deposit, balance_due_at)
    return order


@transaction.atomic
def reprice_order(
    order: Order, *, lines: Sequence[Line], deposit: Decimal | None, balance_due_at: datetime | None,
    buyer: Any = None,
) -> Order:  # fmt: skip
    """Other lines, or another buyer, on an order that nobody has begun to pay. Raises `PaymentUnderWay`."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.payments.filter(status__in=[*OPEN_PAYMENTS, PaymentStatus.COMPLETED]).exists():
        raise PaymentUnderWay
    order.lines.all().delete()
    order.buyer = buyer or order.buyer
    _price(order, lines, deposit, balance_due_at)
    if not order.total:
        move(order, OrderStatus.PAID)
    return order


def _price(order: Order, lines: Sequence[Line], deposit: Decimal | None, balance_due_at: datetime | None) -> None:
    order.total = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    order.deposit = deposit
    order.balance_due_at = balance_due_at if deposit else None
    order.save()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            vat_rate=line.vat_rate,
            amount=line.unit_price * line.quantity,
        )
        for line in lines
    )


def postpone_balance(order: Order, *, until: datetime) -> None:
    """The rest of a price paid in part is due at `until`, if that is later than it was promised to be."""
    Order.objects.filter(pk=order.pk, balance_due_at__lt=until).update(balance_due_at=until)


@transaction.atomic
def cancel_order(order: Order, *, refund: Decimal, reason: str, by: Any) -> None:
    """Call an order off and send `refund` of what it holds back. What is still open at a provider is closed."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    if refund > order.held:
        raise RefundTooHigh
    move(order, OrderStatus.CANCELLED)
    for payment in order.payments.filter(status=PaymentStatus.COMPLETED).order_by("-completed_at"):
        if amount := min(refund, payment.refundable):
            refund -= amount
            refund_payment(payment, amount=amount, reason=reason, by=by)
    emit(OrderCancelled(order_id=order.pk), by=by, subject=order)
    tasks.close_payments.ring(str(order.pk))


@people_joined.add
def move_their_orders(*, kept: Person, absorbed: Person, **_more: object) -> None:
    """What either ordered is of one person now."""
    Order.objects.filter(buyer=absorbed).update(buyer=kept)
