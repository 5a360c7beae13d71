"""The states of a booking, who may change them, and when."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _

from shared_apps.core.errors import DomainError
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import now
from tenant_apps.bookings.errors import HoldNotOver, NotCancellable
from tenant_apps.scheduling.errors import NotOverYet
from tenant_apps.scheduling.states import SessionStatus

if TYPE_CHECKING:
    from tenant_apps.bookings.models import Booking, WaitingListEntry  # noqa: F401  (only in a quoted type)

OFFICE = "bookings.manage"


class BookingStatus(models.TextChoices):
    """Where a booking is between its hold and its end."""

    PENDING = "pending", "held until paid"
    CONFIRMED = "confirmed", "confirmed"
    COMPLETED = "completed", "completed"
    CANCELLED = "cancelled", "cancelled"
    EXPIRED = "expired", "expired"


LIVE = (BookingStatus.PENDING, BookingStatus.CONFIRMED)
STANDING = (*LIVE, BookingStatus.COMPLETED)  # whose price is owed


def its_time_is_up(booking: "Booking") -> DomainError | None:
    """The time to pay is over."""
    over = booking.hold_expires_at is not None and booking.hold_expires_at <= now()
    return None if over else HoldNotOver()


def its_session_is_over(booking: "Booking") -> DomainError | None:
    """Its session has come to its end."""
    return None if booking.session.status == SessionStatus.COMPLETED else NotOverYet()


def its_session_has_not_begun(booking: "Booking") -> DomainError | None:
    """Until its session begins."""
    if not booking.session.has_started:
        return None
    return NotCancellable(_("The course has begun, so the booking was not cancelled: it stays as it is."))


def it_has_ended(booking: "Booking") -> DomainError:
    """Told to those who would cancel what was cancelled, ran out or is over."""
    if booking.status == BookingStatus.CANCELLED:
        return NotCancellable(_("This booking is cancelled already."))
    return NotCancellable()


BOOKING_MOVES = StateTable["Booking"](
    BookingStatus,
    # Paid for; or free, once its buyer proved their address or the office booked it.
    Move({BookingStatus.PENDING}, BookingStatus.CONFIRMED, by={Actor.BUYER, OFFICE, Actor.SYSTEM}),
    # Money or proof that comes late takes the seats again if they are free.
    Move({BookingStatus.EXPIRED}, BookingStatus.CONFIRMED, by={Actor.BUYER, Actor.SYSTEM}),
    Move({BookingStatus.PENDING}, BookingStatus.EXPIRED, by={Actor.SYSTEM}, guard=its_time_is_up),
    Move({BookingStatus.CONFIRMED}, BookingStatus.COMPLETED, by={Actor.SYSTEM}, guard=its_session_is_over),
    Move(set(LIVE), BookingStatus.CANCELLED, by={Actor.BUYER}, guard=its_session_has_not_begun),
    Move(set(LIVE), BookingStatus.CANCELLED, by={OFFICE, Actor.SYSTEM}),
    refusals={BookingStatus.CANCELLED: it_has_ended},
)


class WaitingStatus(models.TextChoices):
    """Where somebody in a waiting list is."""

    WAITING = "waiting", "waiting"
    OFFERED = "offered", "offered a seat"
    ACCEPTED = "accepted", "booked"
    EXPIRED = "expired", "expired"
    LEFT = "left", "left"


IN_LINE = (WaitingStatus.WAITING, WaitingStatus.OFFERED)
WAITING_MOVES = StateTable["WaitingListEntry"](
    WaitingStatus,
    # What becomes of an offer decides; who answered it stands with the offer.
    Move({WaitingStatus.WAITING}, WaitingStatus.OFFERED, by={Actor.SYSTEM}),
    Move({WaitingStatus.OFFERED}, WaitingStatus.ACCEPTED, by={Actor.SYSTEM}),
    Move(set(IN_LINE), WaitingStatus.EXPIRED, by={Actor.SYSTEM}),
    Move(set(IN_LINE), WaitingStatus.LEFT, by={Actor.BUYER, OFFICE, Actor.SYSTEM}),
)
