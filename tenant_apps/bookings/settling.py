"""What a booking does when its money arrives, or is not owed any more."""

from uuid import UUID

from django.db import transaction

from shared_apps.events.bus import emit
from tenant_apps.bookings.claims import claim_of
from tenant_apps.bookings.events import LateMoneyReturned
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.services import confirm_booking
from tenant_apps.payments.items import cancel_item
from tenant_apps.payments.models import Payment
from tenant_apps.payments.orders import revive_order
from tenant_apps.payments.parts import parts_of
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.payments.refunds import refund_payment
from tenant_apps.payments.standing import lock_order
from tenant_apps.payments.won_back import note_disputed
from tenant_apps.scheduling.claims import reclaim_seats


@transaction.atomic
def confirm_paid(order_id: UUID, *, payment: Payment, too_late: bool = False) -> None:
    """`payment` arrived: confirm holds; take the seats again for expired ones; else send their money back.

    What was paid before a cancellation was settled by it: perhaps part of it is kept. Only what came
    `too_late` for that goes back. Heard twice, it changes nothing more.
    """
    rows = Booking.objects.filter(order=order_id).select_related("session", "order")
    bookings = sorted(rows.select_for_update(of=("self",)).order_by("pk"), key=lambda row: row.session_id)
    gone = []
    for booking in bookings:
        let_go = booking.status == BookingStatus.EXPIRED and (len(bookings) == 1 or _is_on_its_order(booking))
        if booking.status == BookingStatus.PENDING or (let_go and retake(booking)):
            confirm_booking(booking, by_office=PROVIDERS[payment.provider].manual)
        elif let_go or too_late:
            gone.append(booking)
    for booking in gone:
        _return_late_money(booking, payment, alone=not any(other.stands for other in bookings))


@transaction.atomic
def confirm_settled(order_id: UUID) -> None:
    """Nothing is due any more on holds that were to be paid for: confirm them."""
    rows = Booking.objects.filter(order=order_id, status=BookingStatus.PENDING).select_related("session")
    held = sorted(rows.select_for_update(of=("self",)).order_by("pk"), key=lambda row: row.session_id)
    # Only now the order: its price may have changed while another request held a booking's lock.
    if held and not lock_order(order_id).due:
        for booking in held:
            confirm_booking(booking, by_office=True)


def _is_on_its_order(booking: Booking) -> bool:
    """Whether what it cost is still asked for: of a hold that ran out beside others that stand it is not."""
    return booking.order is not None and booking.order.lines.standing().filter(item_id=booking.pk).exists()


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


def _return_late_money(booking: Booking, payment: Payment, *, alone: bool) -> None:
    reason, order = "The seats were gone when the money arrived", lock_order(payment.order_id)
    if alone:  # a bank may have taken it back already
        note_disputed(order, booking.pk, percent=100)
    if alone and (amount := payment.refundable):
        refund_payment(payment, amount=amount, reason=reason, by=None)
    elif not alone and (amount := parts_of(order).part(booking.pk).paid):
        cancel_item(order, booking.pk, refund=amount, reason=reason, by=None)
    else:
        return
    emit(LateMoneyReturned(booking_id=booking.pk), subject=booking)
