"""Seats as something to be sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from shared_apps.accounts.models import User
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import SOLD_AS, book_seats, cancel_booking
from tenant_apps.bookings.settling import confirm_paid, confirm_settled
from tenant_apps.bookings.terms import terms_of
from tenant_apps.checkout.selling import ForSale, Reserved, Wanted
from tenant_apps.payments.models import Order, Payment
from tenant_apps.people.models import Person
from tenant_apps.scheduling.errors import PriceOnRequest
from tenant_apps.scheduling.models import Session


@dataclass(frozen=True, kw_only=True)
class SeatsWanted(Wanted):
    """Seats on one session. `attendees` as `{name, email}`, at most one a seat."""

    item_type = SOLD_AS

    session: Session
    seats: int = 1
    attendees: Sequence[dict[str, str]] = ()

    @property
    def of_which(self) -> str:
        return str(self.session.pk)


class SeatsForSale(ForSale[SeatsWanted]):
    """Seats of sessions: a booking is one thing on an order."""

    item_type = SOLD_AS

    def price(self, wanted: SeatsWanted) -> Decimal:
        price = terms_of(wanted.session).price
        if price is None:
            raise PriceOnRequest
        return price * wanted.seats

    def keeps_until(self, wanted: SeatsWanted) -> datetime | None:
        return wanted.session.starts_at

    def reserve(
        self, wanted: SeatsWanted, *, buyer: Person, order: Order | None, until: datetime | None, by: User | None,
        by_office: bool,
    ) -> Reserved:  # fmt: skip
        booking = book_seats(
            session=wanted.session, buyer=buyer, seats=wanted.seats, attendees=wanted.attendees, order=order,
            until=until, by=by, by_office=by_office,
        )  # fmt: skip
        return Reserved(booking.pk, booking.order, booking.hold_expires_at)

    def fulfil(self, order_id: UUID, *, payment: Payment | None, too_late: bool = False) -> None:
        if payment is None:
            confirm_settled(order_id)
        else:
            confirm_paid(order_id, payment=payment, too_late=too_late)

    def cancel(self, item_id: UUID, *, by: User | None, by_office: bool, reason: str) -> None:
        cancel_booking(Booking.objects.get(pk=item_id), by=by, by_office=by_office, reason=reason)
