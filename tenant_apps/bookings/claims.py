"""What a booking has of its session's seats, as `scheduling` keeps it. It lies below the services that hold seats."""

from collections.abc import Iterable

from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.scheduling.claims import write_claims
from tenant_apps.scheduling.models import ClaimKind, SeatClaim


def claim_of(booking: Booking) -> SeatClaim:
    """What is to be kept of the seats of a booking that stands, or is just about to."""
    held = booking.status == BookingStatus.PENDING
    kind = ClaimKind.CONFIRMED if not held else ClaimKind.OFFICE if booking.by_office else ClaimKind.CHECKOUT
    return SeatClaim(
        session_id=booking.session_id, holder_id=booking.pk, seats=booking.seats, kind=kind,
        until=booking.hold_expires_at if held else None, person_id=booking.buyer_id,
    )  # fmt: skip


def claims_follow(bookings: Iterable[Booking]) -> None:
    """Who made `bookings` or how long they hold is another now, so also whose their seats are; they are locked."""
    write_claims([claim_of(booking) for booking in bookings if booking.stands])
