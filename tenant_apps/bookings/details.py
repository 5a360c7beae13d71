"""What is said of a booking besides its seats and its money: who comes, what they ask for, what the office notes."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from shared_apps.events.bus import emit
from tenant_apps.bookings.errors import BookingOver, TooManyAttendees
from tenant_apps.bookings.events import AttendeesNamed, BookingChanged, NoteAdded
from tenant_apps.bookings.models import Attendee, Booking


@transaction.atomic
def name_attendees(booking: Booking, *, names: Sequence[str], by: Any = None) -> Booking:
    """Put `names` on the seats in the place of those that were given before; a name that stays keeps its details.

    Raises `BookingOver`, `TooManyAttendees`.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("session").get(pk=booking.pk)
    if not booking.is_changeable:
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


@transaction.atomic
def set_details(
    booking: Booking, *, by: Any, special_requests: str | None = None,
    attendees: Sequence[dict[str, str]] | None = None,
) -> Booking:  # fmt: skip
    """Other requests or other names on a live booking; its seats and its money stay. None leaves as it is.

    Raises `BookingOver`, `TooManyAttendees`.
    """
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if not booking.is_live:
        raise BookingOver
    if special_requests is not None:
        booking.special_requests = special_requests
        booking.save(update_fields=["special_requests"])
    if attendees is not None:
        if len(attendees) > booking.seats:
            raise TooManyAttendees
        booking.attendees.all().delete()
        write_attendees(booking, attendees)
    emit(
        BookingChanged(booking_id=booking.pk, seats_before=booking.seats, seats_after=booking.seats),
        by=by, subject=booking,
    )  # fmt: skip
    return booking


@transaction.atomic
def set_internal_notes(booking: Booking, *, notes: str, by: Any) -> Booking:
    """Replace the office's own notes on a booking."""
    booking.internal_notes = notes
    booking.save(update_fields=["internal_notes"])
    emit(NoteAdded(booking_id=booking.pk), by=by, subject=booking)
    return booking


def write_attendees(booking: Booking, attendees: Sequence[dict[str, str]]) -> None:
    """Put `attendees`, as `{name, email}`, on the seats of a booking that has none yet."""
    Attendee.objects.bulk_create(
        Attendee(booking=booking, position=n, name=attendee["name"], email=attendee.get("email", ""))
        for n, attendee in enumerate(attendees, 1)
    )
