"""Sending money back, and seeing to it that it stays there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from shared_apps.core.errors import IllegalMove
from shared_apps.core.money import is_payable
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.sweeps import for_each, sweeps
from tenant_apps.payments import tasks
from tenant_apps.payments.errors import ProviderUnavailable, RefundTooHigh, TooManyDecimals
from tenant_apps.payments.events import RefundCompleted, RefundFailed, RefundRequested, RefundRetried
from tenant_apps.payments.models import Payment, Refund, RefundStatus
from tenant_apps.payments.providers import provider_for
from tenant_apps.payments.providers.base import OnlineProvider, Returned

log = structlog.get_logger()
BY_HAND = "by-hand-"  # begins the reference of money that the office sent another way
LONGEST_DOUBT = timedelta(days=30)  # a bank that sends a refund back does so within weeks


@transaction.atomic
def refund_payment(payment: Payment, *, amount: Decimal, reason: str, by: Any) -> Refund:
    """Send `amount` of a payment back, through the provider that took it. Raises `RefundTooHigh`, `TooManyDecimals`."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if not is_payable(amount, payment.currency):
        raise TooManyDecimals
    if not 0 < amount <= payment.refundable:
        raise RefundTooHigh
    refund = Refund.objects.create(payment=payment, amount=amount, reason=reason[:300])
    emit(RefundRequested(refund_id=refund.pk, order_id=payment.order_id), by=by, subject=payment.order, note=reason)
    tasks.carry_out_refund.ring(str(refund.pk))
    return refund


@transaction.atomic
def retry_refund(refund: Refund, *, by: Any) -> Refund:
    """Ask the provider once more to send money that could not be sent back.

    It counts as a new try there, so that the failed one is not answered again; pressed twice, it is one try.
    Raises `IllegalMove` unless it has failed, and `RefundTooHigh` when the money went back otherwise meanwhile.
    """
    payment, refund = _locked(refund)
    _refuse_unless_failed(refund, payment)
    move(
        refund, RefundStatus.PENDING, retries=refund.retries + 1, attempts=0, provider_reference=None,
        failure_reason="", next_try_at=now(),
    )  # fmt: skip
    emit(RefundRetried(refund_id=refund.pk, order_id=payment.order_id), by=by, subject=payment.order)
    tasks.carry_out_refund.ring(str(refund.pk))
    return refund


@transaction.atomic
def settle_by_hand(refund: Refund, *, how: str, by: Any) -> Refund:
    """The office sent the money another way, and says `how`. Raises `IllegalMove`, `RefundTooHigh` as a retry does."""
    payment, refund = _locked(refund)
    _refuse_unless_failed(refund, payment)
    reference = f"{BY_HAND}{refund.key}"
    move(refund, RefundStatus.COMPLETED, completed_at=now(), provider_reference=reference, next_try_at=None)
    emit(RefundCompleted(refund_id=refund.pk, order_id=payment.order_id), by=by, subject=payment.order, note=how)
    return refund


def _refuse_unless_failed(refund: Refund, payment: Payment) -> None:
    if refund.status != RefundStatus.FAILED:
        raise IllegalMove(before=refund.status, after=RefundStatus.PENDING)
    if refund.amount > payment.refundable:  # the money went back in another way meanwhile
        raise RefundTooHigh


def carry_out(refund: Refund) -> None:
    """Tell the provider to send the money back, and write down what it says. Safe to repeat."""
    refund.refresh_from_db()
    if refund.status != RefundStatus.PENDING:
        return
    wait = timedelta(seconds=min(3600, 15 * 2**refund.attempts))
    Refund.objects.filter(pk=refund.pk, status=RefundStatus.PENDING).update(
        attempts=F("attempts") + 1, next_try_at=now() + wait
    )
    key = refund.key
    try:
        returned = provider_for(refund.payment.provider).refund(refund)
    except ProviderUnavailable:
        return  # the sweep tries again
    with transaction.atomic():
        _, refund = _locked(refund)
        if refund.key == key:
            _write_down(refund, returned)


def compare_refunds(payment: Payment) -> None:
    """Ask how all refunds of `payment` stand, and write it down; those made at the provider by hand too.

    Raises `ProviderUnavailable`.
    """
    door = provider_for(payment.provider)
    if not isinstance(door, OnlineProvider) or not payment.provider_transaction_id:
        return
    for returned in door.refunds_of(payment):
        _hear(payment, returned)


@transaction.atomic
def _hear(payment: Payment, returned: Returned) -> None:
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    known = list(payment.refunds.select_for_update(of=("self",)))
    refund = next((one for one in known if one.provider_reference == returned.reference), None)
    refund = refund or next((one for one in known if one.key == returned.key), None)
    if refund is not None:
        _write_down(refund, returned)
    elif returned.done is not False:
        log.warning("a refund that we did not ask for", payment=str(payment.pk), reference=returned.reference)
        refund = Refund.objects.create(
            payment=payment, amount=returned.amount, reason="Sent back at the provider",
            provider_reference=returned.reference, attempts=1,
        )  # fmt: skip
        emit(
            RefundRequested(refund_id=refund.pk, order_id=payment.order_id),
            subject=payment.order, note="Sent back at the provider",
        )  # fmt: skip
        _write_down(refund, returned)


def _write_down(refund: Refund, returned: Returned) -> None:
    """What the provider says of a locked refund. Said twice, or late, it changes nothing more."""
    order = refund.payment.order
    reference = returned.reference or refund.provider_reference
    if returned.done and refund.status != RefundStatus.COMPLETED:
        move(
            refund, RefundStatus.COMPLETED, completed_at=now(), provider_reference=reference, failure_reason="",
            next_try_at=now() + timedelta(hours=1) if _may_come_back(refund) else None,
        )  # fmt: skip
        emit(RefundCompleted(refund_id=refund.pk, order_id=order.pk), subject=order)
    elif returned.done is False and refund.status != RefundStatus.FAILED:
        move(
            refund, RefundStatus.FAILED, completed_at=None, provider_reference=reference,
            failure_reason=returned.failure_reason[:300], next_try_at=None,
        )  # fmt: skip
        emit(RefundFailed(refund_id=refund.pk, order_id=order.pk), subject=order)
    elif returned.done is None and refund.provider_reference != reference:
        refund.provider_reference = reference
        refund.save(update_fields=["provider_reference"])


def _may_come_back(refund: Refund) -> bool:
    return isinstance(provider_for(refund.payment.provider), OnlineProvider)


def _locked(refund: Refund) -> tuple[Payment, Refund]:
    payment = Payment.objects.select_for_update().get(pk=refund.payment_id)
    return payment, Refund.objects.select_for_update(of=("self",)).select_related("payment__order").get(pk=refund.pk)


@sweeps
def carry_out_due_refunds() -> None:
    """Send what nobody has sent yet."""
    due = Refund.objects.filter(status=RefundStatus.PENDING, next_try_at__lte=now()).select_related("payment")
    for_each(due.order_by("next_try_at")[:100], carry_out)


@sweeps
def ask_about_sent_refunds() -> None:
    """A refund may come back after it was said to be done, and the webhook that says so may be lost."""
    due = Refund.objects.filter(status=RefundStatus.COMPLETED, next_try_at__lte=now()).select_related("payment")
    for_each(due.order_by("next_try_at")[:50], _ask_again)


def _ask_again(refund: Refund) -> None:
    age = now() - (refund.completed_at or refund.created_at)
    pause = min(max(age, timedelta(hours=1)), timedelta(days=1))
    later = now() + pause if age < LONGEST_DOUBT else None
    Refund.objects.filter(pk=refund.pk, status=RefundStatus.COMPLETED).update(next_try_at=later)
    try:
        compare_refunds(refund.payment)
    except ProviderUnavailable:
        return
