"""Whoever booked hears who was added to look after somebody by the link to the names, which may be handed on."""

from shared_apps.core.lines import one_line
from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.events import LOOKS_AFTER, CareGiven
from tenant_apps.bookings.notifications import booking_to_tell, tell_buyer
from tenant_apps.bookings.proof import is_proven
from tenant_apps.bookings.selectors import token_of


@on(CareGiven, name="bookings.tell_who_was_added", when=lambda event: event.by_names and bool(event.added))
def tell_who_was_added(event: CareGiven) -> None:
    """What was added, and where they see and change it. Nothing that was typed there stands in the email."""
    booking = booking_to_tell(event.booking_id)
    seat = booking.attendees.filter(position=event.seat).first()
    if seat is None or not booking.is_changeable:
        return
    tell_buyer(
        booking, "care_added", once=f"care_added:{event.row}", by_visitor=True,
        attendee=one_line(seat.name) if is_proven(booking) else "",
        added=[LOOKS_AFTER[name] for name in event.added if name in LOOKS_AFTER],
        care_url=tenant_url("booking_care", token_of(booking), seat.pk),
    )  # fmt: skip
