"""A booking as the way to paying it sees it."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from shared_apps.accounts.models import User
from tenant_apps.bookings.hold_times import extend_hold
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.proof import awaits_proof
from tenant_apps.bookings.selectors import can_extend, is_held
from tenant_apps.bookings.services import confirm_if_free
from tenant_apps.bookings.terms import is_free_now
from tenant_apps.checkout.purchases import Purchase, Stage
from tenant_apps.payments.models import Order

STAGES = {
    BookingStatus.CONFIRMED: Stage.BOUGHT,
    BookingStatus.COMPLETED: Stage.BOUGHT,
    BookingStatus.EXPIRED: Stage.OVER,
    BookingStatus.CANCELLED: Stage.CANCELLED,
}


class BookedSeats(Purchase):
    """Seats that are held until they are paid for, or are their buyer's; as `booking` they are asked for here alone."""

    def __init__(self, booking: Booking):
        self.booking = booking

    @property
    def order(self) -> Order | None:
        return self.booking.order

    @property
    def stage(self) -> Stage:
        if self.booking.status == BookingStatus.PENDING:
            return Stage.HELD if is_held(self.booking) else Stage.ENDING
        return STAGES[BookingStatus(self.booking.status)]

    @property
    def kept_until(self) -> datetime | None:
        return self.booking.hold_expires_at

    @property
    def count(self) -> int:
        return self.booking.seats

    @property
    def is_free_now(self) -> bool:
        return is_free_now(self.booking)

    def awaits_proof(self, user: User | AnonymousUser) -> bool:
        return awaits_proof(self.booking, user=user)

    def confirm_if_free(self, *, by: User | None) -> bool:
        return confirm_if_free(self.booking, by=by)

    @property
    def can_take_longer(self) -> bool:
        return can_extend(self.booking)

    def take_longer(self, *, by: User | None) -> None:
        extend_hold(self.booking, by=by)

    def refresh(self) -> None:
        self.booking.refresh_from_db()
