"""Opening and cancelling orders, and sending money back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from shared_apps.core.money import quantise
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.sweeps import sweeps
from tenant_apps.payments import tasks
from tenant_apps.payments.errors import PaymentUnderWay, ProviderUnavailable, RefundTooHigh
from tenant_apps.payments.events import OrderCancelled, RefundCompleted, RefundFailed, RefundRequested
from tenant_apps.payments.models import (
    OPEN_PAYMENTS,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from tenant_apps.payments.providers import provider_for


@dataclass(frozen=True)
class Line:
    """What is sold: `unit_price` VAT included, `vat_rate` in per cent."""

    description: str
    quantity: int
    unit_price: Decimal
    vat_rate: Decimal = Decimal(0)


@transaction.atomic
def open_order(
    *,
    buyer: Any,
    currency: str,
    lines: Sequence[Line],
    deposit: Decimal | None = None,
    balance_due_at: datetime | None = None,
) -> Order:
    """An order of what `buyer` owes. With a `deposit`, paying that much is enough for now."""
    order = Order(buyer=buyer, currency=currency, balance_due_at=balance_due_at if deposit else None)
    _price(order, lines, deposit)
    return order


@transaction.atomic
def reprice_order(order: Order, *, lines: Sequence[Line], deposit: Decimal | None, buyer: Any = None) -> Order:
    """Other lines, or another buyer, on an order that nobody has begun to pay. Raises `PaymentUnderWay`."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.payments.filter(status__in=[*OPEN_PAYMENTS, PaymentStatus.COMPLETED]).exists():
        raise PaymentUnderWay
    order.lines.all().delete()
    order.buyer = buyer or order.buyer
    _price(order, lines, deposit)
    return order


def _price(order: Order, lines: Sequence[Line], deposit: Decimal | None) -> None:
    order.total = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    order.deposit = deposit
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


@transaction.atomic
def refund_payment(payment: Payment, *, amount: Decimal, reason: str, by: Any) -> Refund:
    """Send `amount` of a payment back, through the provider that took it. Raises `RefundTooHigh`."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    amount = quantise(Decimal(amount), payment.currency)
    if not 0 < amount <= payment.refundable:
        raise RefundTooHigh
    refund = Refund.objects.create(payment=payment, amount=amount, reason=reason[:300])
    emit(RefundRequested(refund_id=refund.pk, order_id=payment.order_id), by=by, subject=payment.order, note=reason)
    tasks.carry_out_refund.ring(str(refund.pk))
    return refund


def carry_out(refund: Refund) -> None:
    """Tell the provider to send the money back, and write down what it says. Safe to repeat."""
    refund.refresh_from_db()
    if refund.status != RefundStatus.PENDING:
        return
    wait = timedelta(seconds=min(3600, 15 * 2**refund.attempts))
    Refund.objects.filter(pk=refund.pk).update(attempts=F("attempts") + 1, next_try_at=now() + wait)
    try:
        returned = provider_for(refund.payment.provider).refund(refund)
    except ProviderUnavailable:
        return  # the sweep tries again
    if returned.done is None:
        return
    with transaction.atomic():
        refund = Refund.objects.select_for_update(of=("self",)).select_related("payment__order").get(pk=refund.pk)
        if refund.status != RefundStatus.PENDING:
            return
        order = refund.payment.order
        if returned.done:
            move(refund, RefundStatus.COMPLETED, completed_at=now(), provider_reference=returned.reference)
            emit(RefundCompleted(refund_id=refund.pk, order_id=order.pk), subject=order)
        else:
            move(refund, RefundStatus.FAILED, failure_reason=returned.failure_reason[:300])
            emit(RefundFailed(refund_id=refund.pk, order_id=order.pk), subject=order)


@sweeps
def carry_out_due_refunds() -> None:
    """Send what nobody has sent yet."""
    for refund in Refund.objects.filter(status=RefundStatus.PENDING, next_try_at__lte=now()).select_related("payment"):
        carry_out(refund)
