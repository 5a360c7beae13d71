"""A payment that somebody wrote down by mistake is taken back: within some minutes, whole, by an entry of its own.

Nothing is erased: the ledger gets a refund of just that payment, which was never with anybody, and the price stays.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.payments.errors import NoMoreTakenBack, SentMeanwhile, TakenBackAlready, UsedMeanwhile
from tenant_apps.payments.events import PaymentTakenBack
from tenant_apps.payments.models import OrderStatus, Payment, PaymentStatus, Refund, RefundStatus
from tenant_apps.payments.models.refunds import TAKEN_BACK
from tenant_apps.payments.providers import by_hand_providers, provider_for
from tenant_apps.payments.standing import lock_order, write_books

WITHIN = timedelta(minutes=10)  # after that it is a refund, which somebody gives a reason for
RECEIPT_WAITS = timedelta(seconds=30)  # longer than the message with its "Undo" stands there


def may_still_be_taken_back(payment: Payment) -> bool:
    """Whether to offer it: money written down by hand, some minutes ago at most, with which nothing else was done."""
    by_hand = payment.status == PaymentStatus.COMPLETED and provider_for(payment.provider) in by_hand_providers()
    return by_hand and _is_recent(payment) and why_not_taken_back(payment) is None


def why_not_taken_back(payment: Payment) -> DomainError | None:
    """Why `payment` can't be taken back as a mistake (any more)."""
    if payment.status != PaymentStatus.COMPLETED or provider_for(payment.provider) not in by_hand_providers():
        return NoMoreTakenBack()
    if payment.refunds.filter(provider_reference=reference_of(payment)).exists():
        return TakenBackAlready()
    if payment.refunds.exists() or payment.disputes.exists() or payment.order.status == OrderStatus.CANCELLED:
        return UsedMeanwhile()
    if not _is_recent(payment):
        return NoMoreTakenBack()
    since = Refund.objects.filter(payment__order=payment.order_id, created_at__gte=payment.completed_at).of_money()
    if since.exclude(status=RefundStatus.FAILED).exists():
        return SentMeanwhile()
    balance = payment.order.balance
    return UsedMeanwhile() if payment.amount > balance.held - balance.settled else None


@transaction.atomic
def take_back_payment(payment: Payment, *, by: User | None) -> Refund:
    """Take `payment` out of the till again: its order owes what it did. What it confirmed stays confirmed.

    Raises `TakenBackAlready`, `UsedMeanwhile`, `SentMeanwhile`, `NoMoreTakenBack`.
    """
    order = lock_order(payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    payment.order = order
    if refusal := why_not_taken_back(payment):
        raise refusal
    refund = Refund.objects.create(
        payment=payment, amount=payment.amount, reason=_("Recorded by mistake"), status=RefundStatus.COMPLETED,
        completed_at=now(), next_try_at=None, provider_reference=reference_of(payment),
    )  # fmt: skip
    write_books(refund)
    event = PaymentTakenBack(payment_id=payment.pk, refund_id=refund.pk, order_id=order.pk)
    emit(event, by=by, subject=order)
    return refund


def reference_of(payment: Payment) -> str:
    """What the refund that takes `payment` back is known by. It is unique, so there is one at most."""
    return f"{TAKEN_BACK}{payment.pk}"


def _is_recent(payment: Payment) -> bool:
    return payment.completed_at is not None and payment.completed_at > now() - WITHIN
