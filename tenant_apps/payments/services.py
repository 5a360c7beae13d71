"""Collecting money. `settle` is the one place where a provider's word becomes ours."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction

from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.sweeps import sweeps
from tenant_apps.payments.errors import (
    DepositNotOffered,
    NothingDue,
    ProviderNotConnected,
    ProviderUnavailable,
    WrongAmount,
)
from tenant_apps.payments.events import PaymentDeclined, PaymentEnded, PaymentReceived, WrongAmountArrived
from tenant_apps.payments.models import OPEN_PAYMENTS, Order, OrderStatus, Payment, PaymentStatus
from tenant_apps.payments.orders import refund_payment
from tenant_apps.payments.providers import online_provider, provider_for
from tenant_apps.payments.providers.base import Outcome, Snapshot

log = structlog.get_logger()
Purpose = Payment.Purpose


def amount_for(order: Order, purpose: str) -> Decimal:
    """What a payment of `purpose` would collect now. Raises `NothingDue`, `DepositNotOffered`."""
    due = order.due
    if not due:
        raise NothingDue
    if purpose == Purpose.DEPOSIT:
        if order.deposit is None or order.held:
            raise DepositNotOffered
        return order.deposit
    return due


def start_checkout(
    order: Order, *, purpose: str, success_url: str, cancel_url: str, expires_at: datetime | None = None,
    provider: str = "stripe",
) -> Payment:  # fmt: skip
    """A payment with a page at the provider where it can be paid. Not to be called in a transaction.

    Asked twice, it answers with the same open payment. One of another purpose is closed first, so that
    an order is never open to be paid twice. Raises `NothingDue`, `DepositNotOffered`,
    `ProviderNotConnected`, `ProviderUnavailable`, `MovedMeanwhile` when it was called off while the page opened.
    """
    door = online_provider(provider)
    if not door.available:
        raise ProviderNotConnected
    for open_payment in order.payments.filter(status__in=OPEN_PAYMENTS):
        if (open_payment.purpose, open_payment.amount) != (purpose, amount_for(order, purpose)):
            close_payment(open_payment)
    payment = _claim(order, purpose, provider, expires_at)
    if payment.pay_url:
        return payment
    begun = door.begin(payment, success_url=success_url, cancel_url=cancel_url)
    with transaction.atomic():
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if payment.status == PaymentStatus.PENDING:
            move(
                payment,
                PaymentStatus.PROCESSING,
                provider_reference=begun.reference,
                pay_url=begun.pay_url,
                expires_at=begun.expires_at,
                initiated_at=now(),
                next_check_at=now() + timedelta(minutes=1),
            )
    if not payment.pay_url:  # called off meanwhile: nobody is ever sent to the page that has just opened
        raise MovedMeanwhile
    return payment


@transaction.atomic
def _claim(order: Order, purpose: str, provider: str, expires_at: datetime | None) -> Payment:
    order = Order.objects.select_for_update().get(pk=order.pk)
    if payment := order.payments.filter(status__in=OPEN_PAYMENTS).first():
        return payment
    amount = amount_for(order, purpose)
    return Payment.objects.create(
        order=order, provider=provider, purpose=purpose, amount=amount, currency=order.currency,
        expires_at=expires_at, next_check_at=now() + timedelta(minutes=1),
    )  # fmt: skip


@transaction.atomic
def record_payment(order: Order, *, provider: str, amount: Decimal, reference: str, by: Any) -> Payment:
    """Cash or a transfer that the office has received. It must be what is due, or the deposit, to the penny.

    A card payment may be open at the same time: whoever calls this sees to it that it is closed. Should it be
    paid all the same, what is too much goes back.

    Raises `WrongAmount`, `NothingDue`.
    """
    if not provider_for(provider).manual:
        raise ProviderNotConnected
    order = Order.objects.select_for_update().get(pk=order.pk)
    due = amount_for(order, Purpose.FULL)
    if amount not in {due, order.deposit if not order.held else None}:
        raise WrongAmount
    purpose = Purpose.BALANCE if order.held else Purpose.FULL if amount == due else Purpose.DEPOSIT
    payment = Payment.objects.create(
        order=order, provider=provider, purpose=purpose, amount=amount, currency=order.currency,
        provider_transaction_id=reference, status=PaymentStatus.COMPLETED, initiated_at=now(), completed_at=now(),
    )  # fmt: skip
    _count(payment, order, by=by)
    return payment


def refresh_payment(payment: Payment) -> Payment:
    """Ask the provider about an open payment and write down the answer. Not to be called in a transaction."""
    if payment.status in OPEN_PAYMENTS and payment.provider_reference:
        return settle(payment, online_provider(payment.provider).look_up(payment))
    return payment


def close_payment(payment: Payment) -> Payment:
    """See to it that a payment can't be paid any more, and write down how it ended."""
    if payment.status not in OPEN_PAYMENTS:
        return payment
    if not payment.provider_reference:
        payment = _drop_unopened(payment)
    if payment.status in OPEN_PAYMENTS:
        payment = settle(payment, online_provider(payment.provider).close(payment))
    return payment


@transaction.atomic
def _drop_unopened(payment: Payment) -> Payment:
    """Cancel a payment that has no page at a provider. One that got its page a moment ago stays open."""
    Order.objects.select_for_update().get(pk=payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    return payment if payment.provider_reference else settle(payment, Snapshot(Outcome.CANCELLED))


@transaction.atomic
def settle(payment: Payment, snapshot: Snapshot) -> Payment:
    """Write down what the provider says of `payment`. Said twice, late or out of order, it changes nothing more."""
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.status not in OPEN_PAYMENTS:
        return payment
    if snapshot.outcome == Outcome.PAID:
        if (snapshot.amount, snapshot.currency) != (payment.amount, payment.currency):
            log.error("a wrong amount arrived", payment=str(payment.pk), amount=str(snapshot.amount))
            arrived = f"{snapshot.amount} {snapshot.currency}"
            _end(payment, PaymentStatus.FAILED, reason=f"{arrived} arrived instead")
            emit(WrongAmountArrived(payment_id=payment.pk, order_id=order.pk, arrived=arrived), subject=order)
        else:
            _complete(payment, order, transaction_id=snapshot.transaction_id, response=snapshot.response)
            _return_surplus(payment, order)
    elif snapshot.outcome == Outcome.CANCELLED:
        _end(payment, PaymentStatus.CANCELLED, reason=snapshot.failure_reason)
    elif snapshot.outcome == Outcome.FAILED:
        _end(payment, PaymentStatus.FAILED, reason=snapshot.failure_reason)
    elif snapshot.failure_reason and snapshot.failure_reason != payment.failure_reason:
        payment.failure_reason = snapshot.failure_reason[:300]
        payment.save(update_fields=["failure_reason"])
        emit(PaymentDeclined(payment_id=payment.pk, order_id=order.pk, reason=payment.failure_reason), subject=order)
    return payment


def _complete(payment: Payment, order: Order, *, transaction_id: str, response: dict[str, Any]) -> None:
    move(
        payment, PaymentStatus.COMPLETED, completed_at=now(), provider_transaction_id=transaction_id,
        provider_response=response, failure_reason="",
    )  # fmt: skip
    _count(payment, order)


def _count(payment: Payment, order: Order, *, by: Any = None) -> None:
    """`payment` has just been completed: its order is paid, or a part of it."""
    if order.status in (OrderStatus.OPEN, OrderStatus.PART_PAID):
        status = OrderStatus.PAID if not order.due else OrderStatus.PART_PAID
        if status != order.status:
            move(order, status)
    emit(PaymentReceived(payment_id=payment.pk, order_id=order.pk), by=by, subject=order)


def _return_surplus(payment: Payment, order: Order) -> None:
    """Paid by card while the office wrote down the same money: what is too much goes back by itself."""
    surplus = min(order.held - order.total, payment.refundable)
    if order.status != OrderStatus.CANCELLED and surplus > 0:
        refund_payment(payment, amount=surplus, reason="Paid twice", by=None)


def _end(payment: Payment, status: str, *, reason: str) -> None:
    move(payment, status, failure_reason=reason[:300])
    emit(PaymentEnded(payment_id=payment.pk, order_id=payment.order_id), subject=payment.order)


@sweeps
def ask_about_open_payments() -> None:
    """Whatever a webhook should have told us and did not. Asked ever more rarely. What nobody owes is closed."""
    due = Payment.objects.filter(status__in=OPEN_PAYMENTS, next_check_at__lte=now()).select_related("order")
    for payment in due.order_by("next_check_at")[:100]:
        age = now() - payment.created_at
        pause = min(max(age / 2, timedelta(minutes=1)), timedelta(hours=1))
        Payment.objects.filter(pk=payment.pk).update(next_check_at=now() + pause)
        if not payment.provider_reference and age > timedelta(hours=1):
            # It never reached the provider, as far as we know, and can't be paid any more.
            _drop_unopened(payment)
            continue
        try:
            if payment.amount > payment.order.due:  # paid in another way, or called off, and no bell was heard
                close_payment(payment)
            else:
                refresh_payment(payment)
        except ProviderUnavailable:
            continue
