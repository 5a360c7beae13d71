"""Telling whoever booked and whoever sits there something about a session, each of them once."""

import hashlib
from collections.abc import Iterable

from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.notifications import facts
from tenant_apps.bookings.proof import is_proven
from tenant_apps.messaging.services import notify


def tell_buyer(
    booking: Booking, name: str, *, once: str, attachments: list[dict[str, str]] | None = None, **context: object
) -> bool:
    """Tell whoever booked `bookings/name`; whether there was a way to."""
    proven = is_proven(booking)
    told = notify(
        f"bookings/{name}", person=booking.buyer, user=booking.buyer.user, about=booking, once=once,
        context={**facts(booking, to_stranger=not proven), **context}, attachments=attachments or [],
        to_stranger=not proven,
    )  # fmt: skip
    return told is not None


def tell_attendees(booking: Booking, name: str, *, once: str, **context: object) -> int:
    """Tell attendees of `booking` who have an address of their own; how many were told."""
    return sum(tell_address(booking, name, email, once=once, **context) for email in _addresses(booking))


def tell_address(booking: Booking, name: str, email: str, *, once: str, **context: object) -> bool:
    """Tell an attendee of `booking` at `email`, which nobody proved; whether it was written."""
    mark = hashlib.sha256(email.lower().encode()).hexdigest()[:32]
    notice = notify(
        f"bookings/{name}", to=email, about=booking, once=f"{once}:{booking.pk}:{mark}", to_stranger=True,
        context={**facts(booking, to_stranger=True, email=email), "for_attendee": True, **context}, group="attendees",
    )  # fmt: skip
    return notice is not None


def _addresses(booking: Booking) -> Iterable[str]:
    """Where the attendees of `booking` are written to, but for who booked."""
    rows = booking.attendees.exclude(email="").values_list("email", flat=True)
    return sorted({email.lower(): email for email in rows if email.lower() != booking.buyer.email.lower()}.values())
