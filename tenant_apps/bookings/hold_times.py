"""How long seats are held: taking more time to pay, and what happens when it is over."""

from datetime import timedelta

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.timers.due import DueRows
from shared_apps.timers.services import cancel_timer
from tenant_apps.bookings.claims import claim_of, claims_follow
from tenant_apps.bookings.errors import HoldExtendedAlready
from tenant_apps.bookings.events import BookingExpired, HoldExtended
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.services import REMIND, fulfil_if_over
from tenant_apps.checkout.errors import HoldOver
from tenant_apps.payments.items import let_lapse
from tenant_apps.scheduling.claims import release_claim
from tenant_apps.terms.models import BookingTerms


@transaction.atomic
def extend_hold(booking: Booking, *, by: User | None = None) -> Booking:
    """Once, the time to pay begins anew, until the session begins at most; for all that is paid with one order.

    Raises `HoldOver`, `HoldExtendedAlready`.
    """
    held = Booking.objects.filter(status=BookingStatus.PENDING, hold_expires_at__gt=now()).select_related("session")
    holds = list(held.on_the_order_of(booking).select_for_update(of=("self",)).order_by("pk"))
    if booking not in holds:
        raise HoldOver
    if any(hold.hold_extended_at for hold in holds):
        raise HoldExtendedAlready
    until = now() + timedelta(minutes=BookingTerms.objects.load().hold_minutes)
    until = min(until, *(hold.session.starts_at for hold in holds))
    for hold in holds:
        hold.hold_expires_at = max(until, hold.hold_expires_at or until)
        hold.hold_extended_at = now()
        hold.save(update_fields=["hold_expires_at", "hold_extended_at"])
        emit(HoldExtended(booking_id=hold.pk), by=by, subject=hold)
    claims_follow(holds)
    return next(hold for hold in holds if hold == booking)


@transaction.atomic
def expire_hold(booking: Booking) -> bool:
    """The hold's time is up: the seats come back at once. False if it was confirmed, cancelled or extended first.

    What is to be paid with one order is held, and ends, together.
    """
    due = Booking.objects.overdue().select_for_update(of=("self",), skip_locked=True).select_related("session")
    over = sorted(due.on_the_order_of(booking).order_by("pk"), key=lambda hold: hold.session_id)
    if booking not in over:
        return False
    claims = [claim_of(hold) for hold in over]
    for hold in over:
        move(hold, "status", BookingStatus.EXPIRED, by=None)
        cancel_timer(REMIND, subject=hold)
    if booking.order_id:
        let_lapse(booking.order_id, [hold.pk for hold in over])
        fulfil_if_over(booking.order_id)
    for hold, claim in zip(over, claims, strict=True):
        release_claim(claim)
        emit(BookingExpired(booking_id=hold.pk), subject=hold)
    return True


# Expires every hold whose time is up.
expire_holds = DueRows(
    "bookings.expire_hold", lambda: Booking.objects.filter(status=BookingStatus.PENDING), "hold_expires_at",
    expire_hold, most=500,
)  # fmt: skip
