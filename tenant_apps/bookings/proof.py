"""Seats that cost nothing are the buyer's once their address is proven: by the link in our email, or an account."""

from django.db import transaction

from shared_apps.accounts.models import User, Visitor
from shared_apps.accounts.services import has_verified_email, owns_email
from shared_apps.core.locking import lock_row
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.core.states import Actor
from shared_apps.events.models import Event
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.events import BookingHeld
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.services import confirm_booking, confirm_if_free
from tenant_apps.bookings.settling import retake
from tenant_apps.bookings.terms import is_free_now
from tenant_apps.checkout.errors import HoldOver
from tenant_apps.people.models import Person

PURPOSE = "booking_proof"


def is_proven(booking: Booking) -> bool:
    """Whether who made the booking is known to read its address: then our emails may say what they typed.

    It was paid for or confirmed, the office made it, or an account did that has proven the address. That somebody
    has such an account is not enough: a stranger may have typed its address.
    """
    if booking.confirmed_at or booking.by_office:
        return True
    account = booking.buyer.user
    made = Event.objects.filter(subject_id=booking.pk, name=BookingHeld.name)
    return bool(account and has_verified_email(account) and made.filter(by_id=account.pk).exists())


def awaits_proof(booking: Booking, *, user: Visitor | None) -> bool:
    """Whether a hold costs nothing and waits for the link in our email; `user` is who looks at it."""
    if booking.status != BookingStatus.PENDING or not (booking.order_id is None or is_free_now(booking)):
        return False
    return booking.order_id is None or not owns_email(user, booking.buyer.email)


def proof_link(booking: Booking) -> str:
    """The link that confirms `booking`; only whoever reads the mail of its present address has it."""
    return tenant_url("booking_prove", sign(PURPOSE, [str(booking.pk), booking.buyer.email.lower()]))


def booking_of_proof(token: str) -> Booking | None:
    """The booking whose address `token` proves; None for one that is forged, or of an address it no longer has."""
    try:
        pk, email = unsign(PURPOSE, token)
    except (BadSignature, ValueError):
        return None
    people = Person.objects.filter(email__iexact=email)
    rows = Booking.objects.select_related("session__course", "session__place", "buyer__user", "order")
    return rows.filter(pk=pk, buyer__in=people).first()


@transaction.atomic
def confirm_by_link(booking: Booking, *, by: User | None = None) -> Booking:
    """The buyer followed the link: the seats are theirs; if the hold is over, only while there are seats.

    Raises `HoldOver`. A booking that is confirmed already stays as it is.
    """
    booking = lock_row(Booking.objects.select_related("session__course", "order", "buyer"), booking.pk)
    if booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        return booking
    if booking.order_id is not None:
        if not confirm_if_free(booking, by=by, proven=True):
            raise HoldOver
        booking.refresh_from_db()
        return booking
    may_begin = not booking.session.has_started and booking.session.is_bookable
    if booking.status == BookingStatus.PENDING or (
        booking.status == BookingStatus.EXPIRED and may_begin and retake(booking)
    ):
        return confirm_booking(booking, by=by, acting=Actor.BUYER)
    raise HoldOver
