"""What a booking does when its money arrives, is not owed any more, or comes back from a bank."""

from django.db import transaction

from shared_apps.core.money import share
from shared_apps.events.bus import emit
from tenant_apps.bookings.claims import claim_of
from tenant_apps.bookings.events import LateMoneyReturned
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.services import confirm_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.models import Dispute, Payment
from tenant_apps.payments.orders import revive_order
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.payments.refunds import refund_payment
from tenant_apps.payments.selectors import still_to_give_back
from tenant_apps.payments.standing import lock_order
from tenant_apps.scheduling.claims import reclaim_seats
from tenant_apps.scheduling.models import SessionStatus


@transaction.atomic
def confirm_paid(booking: Booking, *, payment: Payment, too_late: bool = False) -> None:
    """`payment` arrived: confirm a hold; take the seats again for an expired one; else send the money back.

    What was paid before a cancellation was settled by it: perhaps part of it is kept. Only what came
    `too_late` for that goes back. Heard twice, it changes nothing more.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("session", "order").get(pk=booking.pk)
    if booking.status == BookingStatus.PENDING or (booking.status == BookingStatus.EXPIRED and retake(booking)):
        confirm_booking(booking, by_office=PROVIDERS[payment.provider].manual)
    elif booking.status == BookingStatus.EXPIRED or too_late:
        _return_late_money(booking, payment)


@transaction.atomic
def confirm_settled(booking: Booking) -> None:
    """Nothing is due any more on a hold that was to be paid for: confirm it."""
    booking = Booking.objects.select_for_update(of=("self",)).select_related("session").get(pk=booking.pk)
    # Only now the order: its price may have changed while another request held this booking's lock.
    order = lock_order(booking.order_id) if booking.order_id else None
    if booking.status == BookingStatus.PENDING and order and not order.due:
        confirm_booking(booking, by_office=True)


@transaction.atomic
def refund_won_back(booking: Booking, dispute: Dispute) -> None:
    """A bank gave money back to us after `booking` was cancelled: what its terms gave then goes to the buyer."""
    assert booking.order_id is not None
    order = lock_order(booking.order_id)
    called_off = booking.session.status == SessionStatus.CANCELLED
    percent = 100 if called_off else refund_quote(booking, at=booking.cancelled_at).percent
    owed = min(dispute.amount, still_to_give_back(order))
    amount = min(share(owed, percent, order.currency), dispute.payment.refundable)
    if amount > 0:
        refund_payment(dispute.payment, amount=amount, reason="The bank decided after the cancellation", by=None)


def retake(booking: Booking) -> bool:
    """Take the seats of an expired hold again, if they are free and its buyer has not booked anew; whether it did."""
    if Booking.objects.live().filter(session=booking.session_id, buyer=booking.buyer_id).exists():
        return False
    order = lock_order(booking.order_id) if booking.order_id else None  # before the session, as everywhere
    if not reclaim_seats(claim_of(booking)):
        return False
    if order:
        revive_order(order.pk)
    return True


def _return_late_money(booking: Booking, payment: Payment) -> None:
    if amount := payment.refundable:
        refund_payment(payment, amount=amount, reason="The seats were gone when the money arrived", by=None)
        emit(LateMoneyReturned(booking_id=booking.pk), subject=booking)
