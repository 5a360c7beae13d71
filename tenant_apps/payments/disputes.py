"""Payments that a buyer's bank wants back. The provider is asked how a dispute stands, so order does not matter."""

from django.db import transaction

from shared_apps.core.states import Actor, move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.payments.books import post_dispute
from tenant_apps.payments.events import DisputeClosed, PaymentDisputed
from tenant_apps.payments.models import Dispute, DisputeStatus, Payment
from tenant_apps.payments.providers.base import Disputed
from tenant_apps.payments.standing import lock_order, restate
from tenant_apps.payments.still_owed import count_what_a_bank_gave, owe_what_a_bank_took_again

ENDED = (DisputeStatus.WON, DisputeStatus.LOST)


@transaction.atomic
def write_down_dispute(payment: Payment, told: Disputed) -> Dispute:
    """Write down what the provider says of a dispute. Said twice, it changes nothing more."""
    order = lock_order(payment.order_id)
    details = {"amount": told.amount, "reason": told.reason[:100], "answer_by": told.answer_by}
    ended_at = now() if told.status in ENDED else None
    dispute, is_new = Dispute.objects.get_or_create(
        provider_reference=told.reference,
        defaults={"payment": payment, "status": told.status, "closed_at": ended_at, **details},
    )
    before = None if is_new else dispute.status
    if not is_new and before != told.status:
        for field, value in details.items():
            setattr(dispute, field, value)
        dispute.save(update_fields=list(details))
        move(dispute, "status", told.status, by=None, acting=Actor.PAYMENT_PROVIDER, closed_at=ended_at)
    post_dispute(dispute)
    if DisputeStatus.LOST in (before, told.status) and before != told.status:
        _share_with_refunds(dispute)
    if is_new:
        emit(PaymentDisputed(payment_id=payment.pk, order_id=order.pk, dispute_id=dispute.pk), subject=order)
    if told.status in ENDED and before != told.status:
        closed = DisputeClosed(
            payment_id=payment.pk, order_id=order.pk, dispute_id=dispute.pk, won=told.status == DisputeStatus.WON
        )
        emit(closed, subject=order)
    restate(order)
    return dispute


def _share_with_refunds(dispute: Dispute) -> None:
    """What was to go back and could not is with the buyer once the bank gave it, and owed again if it takes it back."""
    if dispute.status == DisputeStatus.LOST:
        count_what_a_bank_gave(dispute)
    else:
        owe_what_a_bank_took_again(dispute)
