"""What the office does with bookings at the desk and on the phone."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Unpack
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from tenant_apps.bookings.accepting import Accepting
from tenant_apps.bookings.details import Answers
from tenant_apps.bookings.errors import NotPayable
from tenant_apps.bookings.models import STANDING, Booking
from tenant_apps.bookings.services import book_seats
from tenant_apps.payments.kept import use_kept_money
from tenant_apps.payments.models import Payment
from tenant_apps.payments.services import close_payments, record_payment
from tenant_apps.people.models import Person
from tenant_apps.people.services import meet_as_typed
from tenant_apps.scheduling.models import Session


@transaction.atomic
def book_for(
    *, session: Session, person: Person | None = None, name: str = "", email: str = "", phone: str = "", seats: int,
    attendees: Sequence[dict[str, str]] = (), form_key: UUID | None = None, by: User | None,
    accepting: Accepting | None = None, **details: Unpack[Answers],
) -> Booking:  # fmt: skip
    """Book for `person`, or for whoever has `email`, or else for somebody new called `name`.

    Raises `SomebodyElses` and what `book_seats` raises; then nobody new was written down either.
    """
    if form_key and (known := Booking.objects.filter(form_key=form_key).first()):
        return known
    buyer = person or meet_as_typed(name=name, email=email, phone=phone)
    return book_seats(
        session=session, buyer=buyer, seats=seats, attendees=attendees, form_key=form_key, by=by, by_office=True,
        contact_name=name or buyer.name, contact_phone=phone or buyer.phone, accepting=accepting, **details,
    )  # fmt: skip


@transaction.atomic
def take_payment(
    booking: Booking, *, provider: str, amount: Decimal, reference: str, by: User | None, due: Decimal | None = None,
    keep_more: bool = False, undo_offered: bool = False,
) -> Payment:  # fmt: skip
    """Write down cash or a transfer for a booking that stands. What is open at a card provider is closed.

    `due` is what the form said is due; what is more than that is kept for them with `keep_more`.
    `undo_offered`: the page says how to take it back. Raises `NotPayable`, and what `record_payment` raises.
    """
    booking = _to_pay(booking)
    assert booking.order is not None
    payment = record_payment(
        booking.order, provider=provider, amount=amount, reference=reference, by=by, due=due, keep_more=keep_more,
        undo_offered=undo_offered,
    )  # fmt: skip
    close_payments.delay_on_commit(str(booking.order.pk))
    return payment


@transaction.atomic
def pay_with_kept_money(booking: Booking, *, by: User | None, due: Decimal | None = None) -> Decimal:
    """Pay what is due with money that is kept for the same buyer elsewhere; how much. What is open by card is closed.

    Raises `NotPayable`, and what `use_kept_money` raises.
    """
    booking = _to_pay(booking)
    assert booking.order is not None
    paid = use_kept_money(booking.order, by=by, due=due)
    close_payments.delay_on_commit(str(booking.order.pk))
    return sum((payment.amount for payment in paid), Decimal(0))


def _to_pay(booking: Booking) -> Booking:
    booking = lock_row(Booking.objects.select_related("order"), booking.pk)
    if booking.order is None or booking.status not in STANDING:
        raise NotPayable
    return booking
