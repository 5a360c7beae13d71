"""Collecting money. `settle` is the one place where a provider's word becomes ours."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

import structlog
from celery import shared_task
from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.money import display, is_payable
from shared_apps.core.states import Actor, move
from shared_apps.core.time import now
from shared_apps.core.types import JsonObject
from shared_apps.events.bus import emit
from shared_apps.timers.due import DueRows
from tenant_apps.payments.books import post_payment
from tenant_apps.payments.errors import (
    DepositNotOffered,
    NothingDue,
    ProviderDisconnected,
    ProviderError,
    ProviderNotConnected,
    RecordedAlready,
    TooManyDecimals,
    WrongAmount,
)
from tenant_apps.payments.events import PaymentDeclined, PaymentEnded, PaymentReceived, WrongAmountArrived
from tenant_apps.payments.models import OPEN_PAYMENTS, Order, OrderStatus, Payment, PaymentStatus
from tenant_apps.payments.models.refunds import TAKEN_BACK
from tenant_apps.payments.providers import by_hand_providers, online_provider, provider_for
from tenant_apps.payments.providers.base import Outcome, Snapshot
from tenant_apps.payments.refunds import refund_payment
from tenant_apps.payments.selectors import deposit_now
from tenant_apps.payments.standing import lock_order, restate

log = structlog.get_logger()
Purpose = Payment.Purpose
A_DAY = timedelta(days=1)
JUST_NOW = timedelta(minutes=10)  # in which the same sum is rather the same payment, sent once more
A_MINUTE = timedelta(minutes=1)  # longer than any request waits for a provider


def amount_for(order: Order, purpose: str) -> Decimal:
    """What a payment of `purpose` would collect now. Raises `NothingDue`, `DepositNotOffered`."""
    due = order.due
    if not due:
        raise NothingDue
    if purpose == Purpose.DEPOSIT:
        deposit = deposit_now(order)
        if deposit is None:
            raise DepositNotOffered
        return deposit
    return due


@transaction.atomic
def record_payment(
    order: Order, *, provider: str, amount: Decimal, reference: str, by: User | None, due: Decimal | None = None,
    keep_more: bool = False, undo_offered: bool = False,
) -> Payment:  # fmt: skip
    """Cash or a transfer that the office has received: all that is due, or a part of it, or with `keep_more` beyond it.

    `due` is what the form said is due: if that is not so any more, nothing is written, so that a form sent twice
    counts once. A card payment may be open at the same time: whoever calls this sees to it that it is closed.
    Should it be paid all the same, what is too much goes back. `undo_offered`: the page offers `take_back_payment`,
    so the receipt waits until that was not pressed.

    Raises `WrongAmount`, `NothingDue`, `TooManyDecimals`, `MovedMeanwhile`, `RecordedAlready`.
    """
    if provider_for(provider) not in by_hand_providers():
        raise ProviderNotConnected
    order = lock_order(order.pk)
    balance = order.balance
    if order.status == OrderStatus.CANCELLED or not (balance.due or keep_more):
        raise NothingDue
    if due is not None and due != balance.due:
        raise MovedMeanwhile
    if not is_payable(amount, order.currency):
        raise TooManyDecimals
    if amount <= 0 or (amount > balance.due and not keep_more):
        raise WrongAmount
    recorded = order.payments.filter(provider=provider, provider_transaction_id=reference, amount=amount)
    recorded = recorded.exclude(refunds__provider_reference__startswith=TAKEN_BACK)
    if not reference:
        recorded = recorded.filter(created_at__gt=now() - JUST_NOW)
    if recorded.exists():
        raise RecordedAlready(display(amount, order.currency), reference)
    payment = Payment.objects.create(
        order=order, provider=provider, purpose=purpose_of(order, amount), amount=amount, currency=order.currency,
        provider_transaction_id=reference, status=PaymentStatus.COMPLETED, initiated_at=now(), completed_at=now(),
    )  # fmt: skip
    count_payment(payment, order, by=by, undo_offered=undo_offered)
    return payment


def purpose_of(order: Order, amount: Decimal) -> str:
    """What paying `amount` of a locked order now is for."""
    balance = order.balance
    if amount >= balance.due:
        return Purpose.BALANCE if balance.held else Purpose.FULL
    return Purpose.DEPOSIT if amount == deposit_now(order, balance) else Purpose.PART


def refresh_payment(payment: Payment) -> Payment:
    """Ask the provider about an open payment and write down the answer. Not to be called in a transaction."""
    if payment.status in OPEN_PAYMENTS and payment.provider_reference:
        return settle(payment, online_provider(payment.provider).look_up(payment))
    return payment


def hear_of_payment(payment: Payment, *, page: str = "") -> Payment:
    """The provider speaks of `payment`, and of the `page` with that reference if it says which: ask how it stands.

    The page may be one that was never written down, or a second one; money paid there is recorded in
    either case, also for a payment that had ended. Not to be called in a transaction.
    """
    if page and not payment.provider_reference:
        payment = _note_page(payment, reference=page)
    if page and page != payment.provider_reference:
        return _hear_of_second_page(payment, page)
    if payment.status == PaymentStatus.COMPLETED or not payment.provider_reference:
        return payment
    return settle(payment, online_provider(payment.provider).look_up(payment))


def _hear_of_second_page(payment: Payment, page: str) -> Payment:
    door = online_provider(payment.provider)
    second = Payment(
        order=payment.order, provider=payment.provider, account=payment.account, purpose=payment.purpose,
        amount=payment.amount, currency=payment.currency, provider_reference=page, status=PaymentStatus.CANCELLED,
        failure_reason="A second page of the same payment",
    )  # fmt: skip
    snapshot = door.look_up(second)
    if snapshot.outcome == Outcome.PAID:
        Payment.objects.bulk_create([second], ignore_conflicts=True)
        return settle(Payment.objects.get(provider_reference=page), snapshot)
    if snapshot.outcome == Outcome.OPEN:
        door.close_page(payment, page)
    return payment


def find_lost_page(payment: Payment) -> Payment:
    """Look for the page of a payment that has none here: whoever opened it died before it was written down.

    Without one at the provider the payment ends. Not to be called in a transaction.
    """
    pages = online_provider(payment.provider).find_pages(payment)
    if not pages:
        return _drop_unopened(payment)
    for begun in pages:
        payment = _note_page(payment, reference=begun.reference, pay_url=begun.pay_url, expires_at=begun.expires_at)
        hear_of_payment(payment, page=begun.reference)
    payment.refresh_from_db()
    return payment


class _Page(TypedDict, total=False):
    pay_url: str
    expires_at: datetime


@transaction.atomic
def _note_page(payment: Payment, *, reference: str, **details: Unpack[_Page]) -> Payment:
    payment = Payment.objects.select_for_update(of=("self",)).select_related("order").get(pk=payment.pk)
    if not payment.provider_reference:
        if payment.status == PaymentStatus.PENDING:
            move(
                payment, "status", PaymentStatus.PROCESSING, by=None, acting=Actor.PAYMENT_PROVIDER,
                initiated_at=now(), provider_reference=reference, **details,
            )  # fmt: skip
        else:
            payment.provider_reference = reference
            payment.save(update_fields=["provider_reference"])
    return payment


def close_payment(payment: Payment) -> Payment:
    """See to it that a payment can't be paid any more, and write down how it ended."""
    if payment.status not in OPEN_PAYMENTS:
        return payment
    if not payment.provider_reference:
        payment = _drop_unopened(payment)
    if payment.status in OPEN_PAYMENTS:
        try:
            snapshot = online_provider(payment.provider).close(payment)
        except ProviderDisconnected as refusal:
            snapshot = Snapshot(Outcome.FAILED, failure_reason=str(refusal.why))
        payment = settle(payment, snapshot)
    return payment


@shared_task(name="payments.close_payments")
def close_payments(order_id: str) -> None:
    """Close every payment of an order that may still be made at a provider."""
    for payment in Payment.objects.filter(order_id=order_id, status__in=OPEN_PAYMENTS):
        close_payment(payment)


@transaction.atomic
def _drop_unopened(payment: Payment) -> Payment:
    """Cancel a payment that has no page at a provider. One that got its page a moment ago stays open."""
    lock_order(payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    return payment if payment.provider_reference else settle(payment, Snapshot(Outcome.CANCELLED))


@transaction.atomic
def settle(payment: Payment, snapshot: Snapshot) -> Payment:
    """Write down what the provider says of `payment`. Said twice, late or out of order, it changes nothing more.

    Money counts whenever it comes: a payment that had ended is completed after all.
    """
    order = lock_order(payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    ended = payment.status not in OPEN_PAYMENTS
    if payment.status == PaymentStatus.COMPLETED or (ended and snapshot.outcome != Outcome.PAID):
        return payment
    if snapshot.outcome == Outcome.PAID:
        if (snapshot.amount, snapshot.currency) == (payment.amount, payment.currency):
            _complete(payment, order, transaction_id=snapshot.transaction_id, response=snapshot.response)
            _return_surplus(payment, order)
        elif not ended:
            log.error("a wrong amount arrived", payment=str(payment.pk), amount=str(snapshot.amount))
            arrived = f"{snapshot.amount} {snapshot.currency}"
            _end(payment, PaymentStatus.FAILED, reason=f"{arrived} arrived instead")
            emit(WrongAmountArrived(payment_id=payment.pk, order_id=order.pk, arrived=arrived), subject=order)
    elif snapshot.outcome == Outcome.CANCELLED:
        _end(payment, PaymentStatus.CANCELLED, reason=snapshot.failure_reason)
    elif snapshot.outcome == Outcome.FAILED:
        _end(payment, PaymentStatus.FAILED, reason=snapshot.failure_reason)
    elif snapshot.failure_reason and snapshot.failure_reason != payment.failure_reason:
        payment.failure_reason = snapshot.failure_reason[:300]
        payment.save(update_fields=["failure_reason"])
        emit(PaymentDeclined(payment_id=payment.pk, order_id=order.pk, reason=payment.failure_reason), subject=order)
    return payment


def _complete(payment: Payment, order: Order, *, transaction_id: str, response: JsonObject) -> None:
    move(
        payment, "status", PaymentStatus.COMPLETED, by=None, acting=Actor.PAYMENT_PROVIDER, completed_at=now(),
        provider_transaction_id=transaction_id, provider_response=response, failure_reason="",
    )  # fmt: skip
    count_payment(payment, order)


def count_payment(payment: Payment, order: Order, *, by: User | None = None, undo_offered: bool = False) -> None:
    """`payment` has just been completed: its order, which is locked, is paid, or a part of it."""
    post_payment(payment)
    restate(order)
    too_late = order.status == OrderStatus.CANCELLED
    event = PaymentReceived(
        payment_id=payment.pk, order_id=order.pk, too_late=too_late, undo_offered=undo_offered
    )  # fmt: skip
    emit(event, by=by, subject=order)


def _return_surplus(payment: Payment, order: Order) -> None:
    """Paid by card while the office wrote down the same money: what is too much goes back by itself."""
    surplus = min(order.balance.surplus, payment.refundable)
    if order.status != OrderStatus.CANCELLED and surplus > 0:
        refund_payment(payment, amount=surplus, reason=_("More was paid than is due"), by=None)


def _end(payment: Payment, status: str, *, reason: str) -> None:
    move(payment, "status", status, by=None, acting=Actor.PAYMENT_PROVIDER, failure_reason=reason[:300])
    emit(PaymentEnded(payment_id=payment.pk, order_id=payment.order_id), subject=payment.order)


def _ask_about(payment: Payment) -> None:
    pause = min(max((now() - payment.created_at) / 2, A_MINUTE), timedelta(hours=1))
    mine = Payment.objects.filter(pk=payment.pk, next_check_at=payment.next_check_at)
    if not mine.update(next_check_at=now() + pause):
        return  # another worker asks at this moment
    try:
        if not payment.provider_reference:
            payment = find_lost_page(payment)
        if payment.amount > payment.order.due:  # paid in another way, or called off, and no task ran
            close_payment(payment)
        else:
            refresh_payment(payment)
    except ProviderDisconnected as refusal:
        if payment.expires_at and payment.expires_at < now() - A_DAY:  # its page has ended by itself long since
            settle(payment, Snapshot(Outcome.FAILED, failure_reason=str(refusal.why)))
    except ProviderError:
        return


# Whatever a webhook should have told us and did not. Asked ever more rarely. What nobody owes is closed.
ask_about_open_payments = DueRows(
    "payments.ask_about_payment", lambda: Payment.objects.filter(status__in=OPEN_PAYMENTS).select_related("order"),
    "next_check_at", _ask_about, most=100,
)  # fmt: skip
