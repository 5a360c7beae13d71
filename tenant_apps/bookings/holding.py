"""What a visitor's form does with seats: holding, changing, letting go. Not in a transaction: it asks providers."""

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.errors import EmailTaken
from shared_apps.accounts.models import User
from shared_apps.accounts.services import create_user
from shared_apps.core.ids import uuid7
from shared_apps.core.locking import lock_row
from shared_apps.core.time import now
from tenant_apps.bookings.accepting import Accepting
from tenant_apps.bookings.answers import AnswersGiven
from tenant_apps.bookings.care import GivenCare
from tenant_apps.bookings.details import Answers, BookingDetails
from tenant_apps.bookings.errors import AlreadyBooked
from tenant_apps.bookings.models import LIVE, Booking, BookingStatus
from tenant_apps.bookings.notifications import send_link, send_proof
from tenant_apps.bookings.proof import awaits_proof
from tenant_apps.bookings.selectors import money_arrived
from tenant_apps.bookings.services import book_seats, cancel_booking, change_held_booking
from tenant_apps.payments.paying import close_open_payments
from tenant_apps.people.services import meet_person
from tenant_apps.scheduling.models import Session


def hold_seats(
    *, session: Session, held: Booking | None, form_key: UUID, seats: int, name: str, email: str, phone: str,
    attendees: list[dict[str, str]], by: User | None, booking_id: UUID, accepting: Accepting | None = None,
    care: Sequence[GivenCare | None] = (), answers: Sequence[AnswersGiven] = (), **details: Unpack[Answers],
) -> Booking:  # fmt: skip
    """Book what the form says, with `booking_id`, or change the hold that this visitor has already.

    A form sent twice books once. Raises what `book_seats` and `change_held_booking` raise, and
    `ProviderError` when a payment page is open that can't be closed now.
    """
    buyer = meet_person(name=name, email=email, phone=phone, student=False)
    typed = "" if buyer.email.lower() == email.strip().lower() else email.strip().lower()
    said: BookingDetails = {"contact_email": typed, "contact_name": name, "contact_phone": phone, **details}
    if held is not None:
        _close_open_payments(held)
        return change_held_booking(
            held, seats=seats, attendees=attendees, buyer=buyer, by=by, accepting=accepting, care=care,
            answers=answers, **said,
        )  # fmt: skip
    if Booking.objects.filter(form_key=form_key).exclude(status__in=LIVE).exists():
        form_key = uuid7()  # an old page sent again after its booking ended: they mean to book anew
    try:
        return book_seats(
            session=session, buyer=buyer, seats=seats, attendees=attendees, form_key=form_key, booking_id=booking_id,
            by=by, accepting=accepting, care=care, answers=answers, **said,
        )  # fmt: skip
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


def let_go(booking: Booking, *, by: User | None) -> bool:
    """Give back seats that are only held, as others took their place; False if they were paid for meanwhile.

    Raises `ProviderError` when a payment page is open that can't be closed now.
    """
    _close_open_payments(booking)
    with transaction.atomic():
        booking = lock_row(Booking.objects.select_related("session", "order"), booking.pk)
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


def _close_open_payments(booking: Booking) -> None:
    if booking.order:
        close_open_payments(booking.order)
