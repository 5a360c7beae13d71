"""Money that was to go back and could not: how much of it is owed still, when something else gave it to the buyer."""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.payments.events import RefundDropped, RefundStillOwed
from tenant_apps.payments.models import Dispute, DisputeStatus, Order, Payment, Refund, RefundStatus
from tenant_apps.payments.selectors import failed_refunds

NOTHING = Decimal(0)


def drop_refund(refund: Refund, *, by: User | None, settled: bool = False) -> None:
    """A locked refund that failed need not be sent any more; `settled`: since the office said so."""
    refund.dropped_at, refund.settled_otherwise = now(), settled
    refund.save(update_fields=["dropped_at", "settled_otherwise"])
    order = refund.payment.order
    emit(RefundDropped(refund_id=refund.pk, order_id=order.pk), by=by, subject=order)


def leave_owed(payment: Payment, most: Decimal, *, by: User | None) -> None:
    """Of what could not be sent back of a locked payment, `most` is owed still; the oldest is not any more."""
    failed = list(failed_refunds(payment.order).filter(payment=payment).select_for_update(of=("self",)))
    less = sum((refund.amount for refund in failed), NOTHING) - most
    for refund in failed:
        if less <= 0:
            return
        drop_refund(refund, by=by)
        if refund.amount > less:
            rest = _owe(payment, refund.amount - less, like=refund, by=by)
            Refund.objects.filter(pk=rest.pk).update(created_at=refund.created_at)  # it is owed since then
        less -= refund.amount


def drop_what_is_sent_anew(order: Order, *, by: User | None) -> None:
    """A locked order is called off, and sends all that could not be sent back: nothing is owed for that any more."""
    for payment in _with_failed(order):
        leave_owed(payment, NOTHING, by=by)


def leave_what_no_bank_has(order: Order, *, by: User | None) -> None:
    """Of what a locked order owes back, what a bank may give is written down with its dispute from now on."""
    for payment in _with_failed(order):
        leave_owed(payment, payment.promised, by=by)
    Dispute.objects.filter(payment__order=order).update(gave_owed=NOTHING)


def count_what_a_bank_gave(dispute: Dispute) -> None:
    """A bank decided against us, the order is locked: what was to go back and could not is with the buyer, then.

    But for what was written down when something was called off: that is other money.
    """
    payment = _locked(dispute.payment_id)
    owed = payment.owed_back
    dispute.gave_owed = min(dispute.unspoken_for, owed)
    dispute.save(update_fields=["gave_owed"])
    leave_owed(payment, owed - dispute.gave_owed, by=None)


def owe_what_a_bank_took_again(dispute: Dispute) -> None:
    """A bank changes what it had decided against us, the order is locked: see `count_what_a_bank_gave`.

    What another dispute of the same payment took counts instead, as far as it goes.
    """
    again = dispute.gave_owed
    for other in Dispute.objects.filter(payment=dispute.payment_id, status=DisputeStatus.LOST).exclude(pk=dispute.pk):
        instead = min(again, other.unspoken_for - other.gave_owed)
        Dispute.objects.filter(pk=other.pk).update(gave_owed=other.gave_owed + instead)
        again -= instead
    if again:
        _owe(dispute.payment, again, like=Refund(reason=_("The bank changed its decision")), by=None)
    dispute.gave_owed = NOTHING
    dispute.save(update_fields=["gave_owed"])


def _with_failed(order: Order) -> list[Payment]:
    return [_locked(pk) for pk in sorted({refund.payment_id for refund in failed_refunds(order)})]


def _locked(pk: UUID) -> Payment:
    return Payment.objects.select_for_update(of=("self",)).select_related("order").get(pk=pk)


def _owe(payment: Payment, amount: Decimal, *, like: Refund, by: User | None) -> Refund:
    """A refund that is owed and was not tried yet stands as failed: the office says when, and how, it is sent."""
    refund = Refund.objects.create(
        payment=payment, amount=amount, status=RefundStatus.FAILED, next_try_at=None, provider=like.provider,
        reason=like.reason, failure_reason=like.failure_reason, bank_details=like.bank_details, item_id=like.item_id,
    )  # fmt: skip
    emit(RefundStillOwed(refund_id=refund.pk, order_id=payment.order_id), by=by, subject=payment.order)
    return refund
