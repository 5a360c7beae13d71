"""Who sits on the seats, said after booking."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from shared_apps.events.bus import emit
from tenant_apps.bookings.errors import BookingOver, TooManyAttendees
from tenant_apps.bookings.events import AttendeesNamed
from tenant_apps.bookings.models import LIVE, Attendee, Booking


@transaction.atomic
def name_attendees(booking: Booking, *, names: Sequence[str], by: Any = None) -> Booking:
    """Put `names` on the seats in the place of those that were given before; a name that stays keeps its details.

    Raises `BookingOver`, `TooManyAttendees`.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("session").get(pk=booking.pk)
    if booking.status not in LIVE or booking.session.has_started:
        raise BookingOver
    if len(names) > booking.seats:
        raise TooManyAttendees
    before = {attendee.name: attendee for attendee in booking.attendees.all()}
    booking.attendees.all().delete()
    for position, name in enumerate(names, 1):
        known = before.pop(name, None)
        Attendee.objects.create(
            booking=booking,
            position=position,
            name=name,
            email=known.email if known else "",
            person=known.person if known else None,
        )
    emit(AttendeesNamed(booking_id=booking.pk), by=by, subject=booking)
    return booking
