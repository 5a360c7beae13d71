"""What providers make of refunds: telling them to send money, and writing down what they say became of it."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.db import transaction
from django.db.models import F

from shared_apps.core.states import Actor, move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.timers.due import DueRows
from tenant_apps.payments.books import post_refund
from tenant_apps.payments.credits import credit_what_went_back
from tenant_apps.payments.errors import ProviderError, ProviderUnavailable
from tenant_apps.payments.events import RefundCompleted, RefundFailed, RefundRequested
from tenant_apps.payments.models import Payment, Refund, RefundStatus
from tenant_apps.payments.providers import online_provider, provider_for
from tenant_apps.payments.providers.base import OnlineProvider, Returned
from tenant_apps.payments.standing import lock_order, lock_refund, write_books

log = structlog.get_logger()
LONGEST_DOUBT = timedelta(days=30)  # a bank that sends a refund back does so within weeks


@shared_task(name="payments.carry_out_refund")
def carry_out_refund(refund_id: str) -> None:
    """Carry out the refund with this key."""
    carry_out(Refund.objects.get(pk=refund_id))


def carry_out(refund: Refund) -> None:
    """Tell the provider to send the money back, and write down what it says. Safe to repeat."""
    refund.refresh_from_db()
    if refund.status != RefundStatus.PENDING:
        return
    if refund.is_by_hand:
        Refund.objects.filter(pk=refund.pk).update(next_try_at=None)
        return
    wait = timedelta(seconds=min(3600, 15 * 2**refund.attempts))
    mine = Refund.objects.filter(pk=refund.pk, status=RefundStatus.PENDING, attempts=refund.attempts)
    if not mine.update(attempts=F("attempts") + 1, next_try_at=now() + wait):
        return  # another worker sends it at this moment
    key = refund.key
    try:
        returned = online_provider(refund.goes_by).refund(refund)
    except ProviderUnavailable:
        return  # its time comes again
    except ProviderError as refusal:
        returned = Returned(reference="", done=False, failure_reason=str(refusal.why))
    with transaction.atomic():
        refund = lock_refund(refund)[1]
        if refund.key == key:
            _write_down(refund, returned)


def compare_refunds(payment: Payment) -> None:
    """Ask how all refunds of `payment` stand, and write it down; those made at the provider by hand too.

    Raises `ProviderError`.
    """
    door = provider_for(payment.provider)
    if not isinstance(door, OnlineProvider) or not payment.provider_transaction_id:
        return
    for returned in door.refunds_of(payment):
        hear_of_refund(payment, returned)


@transaction.atomic
def hear_of_refund(payment: Payment, returned: Returned) -> None:
    """Write down what the provider says of one refund of `payment`, also of one that we did not ask for."""
    order = lock_order(payment.order_id)  # before its payment, as everywhere
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    known = list(payment.refunds.select_for_update(of=("self",)))
    refund = next((one for one in known if one.provider_reference == returned.reference), None)
    # What the office handed over itself is another sum than what the provider may still speak of under its key.
    refund = refund or next((one for one in known if one.key == returned.key and not one.was_handed_over), None)
    if refund is not None:
        _write_down(refund, returned)
    elif returned.done is not False:
        log.warning("a refund that we did not ask for", payment=str(payment.pk), reference=returned.reference)
        before = order.balance
        refund = Refund.objects.create(
            payment=payment, amount=returned.amount, reason="Sent back at the provider",
            provider_reference=returned.reference, attempts=1,
        )  # fmt: skip
        post_refund(refund)
        emit(
            RefundRequested(refund_id=refund.pk, order_id=payment.order_id),
            subject=order, note="Sent back at the provider",
        )  # fmt: skip
        credit_what_went_back(order, before, reason="Sent back at the provider", by=None)
        _write_down(refund, returned)


def _write_down(refund: Refund, returned: Returned) -> None:
    """What the provider says of a locked refund. Said twice, or late, it changes nothing more."""
    order = refund.payment.order
    reference = returned.reference or refund.provider_reference
    if returned.done and refund.status != RefundStatus.COMPLETED:
        move(
            refund, "status", RefundStatus.COMPLETED, by=None, acting=Actor.PAYMENT_PROVIDER, completed_at=now(),
            provider_reference=reference, failure_reason="", dropped_at=None, settled_otherwise=False,
            next_try_at=now() + timedelta(hours=1) if not refund.is_by_hand else None,
        )  # fmt: skip
        write_books(refund)
        emit(RefundCompleted(refund_id=refund.pk, order_id=order.pk), subject=order)
    elif returned.done is False and refund.status != RefundStatus.FAILED:
        move(
            refund, "status", RefundStatus.FAILED, by=None, acting=Actor.PAYMENT_PROVIDER, completed_at=None,
            provider_reference=reference, failure_reason=returned.failure_reason[:300], next_try_at=None,
        )  # fmt: skip
        write_books(refund)
        emit(RefundFailed(refund_id=refund.pk, order_id=order.pk), subject=order)
    elif returned.done is None and refund.provider_reference != reference:
        refund.provider_reference = reference
        refund.save(update_fields=["provider_reference"])


def _ask_again(refund: Refund) -> None:
    age = now() - (refund.completed_at or refund.created_at)
    pause = min(max(age, timedelta(hours=1)), timedelta(days=1))
    later = now() + pause if age < LONGEST_DOUBT else None
    Refund.objects.filter(pk=refund.pk, status=RefundStatus.COMPLETED).update(next_try_at=later)
    try:
        compare_refunds(refund.payment)
    except ProviderError:
        return


# Sends what nobody has sent yet.
carry_out_due_refunds = DueRows(
    "payments.carry_out_refund",
    lambda: Refund.objects.filter(status=RefundStatus.PENDING).select_related("payment"), "next_try_at", carry_out,
    most=100,
)  # fmt: skip
# A refund may come back after it was said to be done, and the webhook that says so may be lost.
ask_about_sent_refunds = DueRows(
    "payments.ask_about_refund",
    lambda: Refund.objects.filter(status=RefundStatus.COMPLETED).select_related("payment"), "next_try_at", _ask_again,
    most=50,
)  # fmt: skip
