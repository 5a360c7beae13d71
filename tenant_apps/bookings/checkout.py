"""The visitor's road from a form to paid seats. Nothing here is called in a transaction: it asks providers."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.errors import EmailTaken
from shared_apps.accounts.models import User
from shared_apps.accounts.services import create_user
from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from tenant_apps.bookings.errors import AlreadyBooked, HoldOver
from tenant_apps.bookings.models import LIVE, Booking, BookingStatus
from tenant_apps.bookings.notifications import send_link, send_proof
from tenant_apps.bookings.proof import awaits_proof
from tenant_apps.bookings.selectors import is_held, money_arrived, open_payments
from tenant_apps.bookings.services import book_seats, cancel_booking, change_held_booking, confirm_if_free
from tenant_apps.bookings.terms import is_free_now
from tenant_apps.payments.checkout import start_checkout
from tenant_apps.payments.errors import NothingDue, ProviderError
from tenant_apps.payments.models import Payment
from tenant_apps.payments.services import close_payment, refresh_payment
from tenant_apps.people.services import meet_person
from tenant_apps.scheduling.models import Session


def hold_seats(
    *, session: Session, held: Booking | None, form_key: UUID, seats: int, name: str, email: str, phone: str,
    attendees: list[dict[str, str]], by: User | None, **details: Any,
) -> Booking:  # fmt: skip
    """Book what the form says, or change the hold that this visitor has already.

    A form sent twice books once. Raises what `book_seats` and `change_held_booking` raise, and
    `ProviderError` when a payment page is open that can't be closed now.
    """
    buyer = meet_person(name=name, email=email, phone=phone, student=False)
    typed = "" if buyer.email.lower() == email.strip().lower() else email.strip().lower()
    answers = {
        "contact_email": typed,
        "seats": seats,
        "attendees": attendees,
        "contact_name": name,
        "contact_phone": phone,
        **details,
    }
    if held is not None:
        close_open_payments(held)
        return change_held_booking(held, buyer=buyer, by=by, **answers)
    if Booking.objects.filter(form_key=form_key).exclude(status__in=LIVE).exists():
        form_key = uuid7()  # an old page sent again after its booking ended: they mean to book anew
    try:
        return book_seats(session=session, buyer=buyer, form_key=form_key, by=by, **answers)
    except AlreadyBooked:
        # The same form a moment earlier, or the same person on another device.
        if same := Booking.objects.filter(form_key=form_key).first():
            return same
        if other := Booking.objects.live().filter(session=session, buyer=buyer).first():
            if awaits_proof(other, user=by):
                send_proof(other, again=f":{now():%Y%m%d%H}")
            else:
                send_link(other)
        raise


def pay_online(
    booking: Booking, *, purpose: str, success_url: str, cancel_url: str, by: User | None = None, provider: str = "",
) -> Payment:  # fmt: skip
    """A payment with a page at the `provider`, or the usual one, open as long as the seats are held.

    Seats that cost nothing any more are confirmed instead, and nothing is due; `by` is who asks (None: a visitor).
    Raises `HoldOver`, `ProofNeeded`, `NothingDue`, `DepositNotOffered`, `ProviderNotConnected`, `ProviderError`.
    """
    see_what_was_paid(booking)
    if booking.order is None or not booking.order.due:
        raise NothingDue
    if booking.status == BookingStatus.EXPIRED or (booking.status == BookingStatus.PENDING and not is_held(booking)):
        raise HoldOver
    if is_free_now(booking):
        close_open_payments(booking)
        confirm_if_free(booking, by=by)
        raise NothingDue
    return start_checkout(
        booking.order,
        purpose=purpose,
        success_url=success_url,
        cancel_url=cancel_url,
        expires_at=booking.hold_expires_at,
        provider=provider,
    )


def see_what_was_paid(booking: Booking) -> bool:
    """Ask the provider about the booking's open payments; False when it does not answer."""
    known = True
    for payment in open_payments(booking):
        try:
            refresh_payment(payment)
        except ProviderError:
            known = False
    booking.refresh_from_db()
    return known


def close_open_payments(booking: Booking) -> None:
    """See to it that nothing of this booking can be paid at the price it had. Raises `ProviderError`."""
    for payment in open_payments(booking):
        close_payment(payment)


def let_go(booking: Booking, *, by: User | None) -> bool:
    """Give back seats that are only held, as others took their place; False if they were paid for meanwhile.

    Raises `ProviderError` when a payment page is open that can't be closed now.
    """
    close_open_payments(booking)
    with transaction.atomic():
        booking = Booking.objects.select_for_update(of=("self",)).select_related("session", "order").get(pk=booking.pk)
        if booking.status != BookingStatus.PENDING or money_arrived(booking):
            return False
        cancel_booking(booking, by=by, reason=_("Another date was chosen"), for_another_date=True)
    return True


def ensure_account(booking: Booking) -> None:
    """An account for the buyer's address, which they open by a link sent there; nothing if there is one."""
    try:
        create_user(email=booking.shown_email, name=booking.contact_name)
    except EmailTaken:
        return
