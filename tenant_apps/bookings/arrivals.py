"""Somebody arrives whom nobody had named, or in the place of somebody else: named at the door, and marked present."""

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.events.bus import emit
from tenant_apps.bookings.attendees import write_attendees
from tenant_apps.bookings.details import change_attendee
from tenant_apps.bookings.errors import BookingOver, TooManyAttendees
from tenant_apps.bookings.events import AttendeesNamed
from tenant_apps.bookings.models import STANDING, Attendee, Booking
from tenant_apps.scheduling.attendance import Mark, mark_attendance
from tenant_apps.scheduling.models import AttendanceStatus, Session, SessionDay


def with_unnamed_seats(session: Session) -> QuerySet[Booking]:
    """The bookings of `session` of which not every seat is named; `unnamed` is how many are not."""
    rows = Booking.objects.filter(session=session, status__in=STANDING)
    named = Count("attendees", filter=Q(attendees__left_at=None))
    return rows.annotate(unnamed=F("seats") - named).filter(unnamed__gt=0).order_by("contact_name", "pk")


@transaction.atomic
def name_who_arrived(booking: Booking, *, day: SessionDay, name: str, by: User, device: str = "") -> Attendee:
    """`name` sits on the next unnamed seat of `booking` and is here on `day`, also after the session has begun.

    Those who are named already stay where they are. Raises `BookingOver`, `TooManyAttendees`, `DayNotBegun`.
    """
    booking = lock_row(Booking.objects.select_related("session", "buyer"), booking.pk)
    if booking.status not in STANDING or booking.session_id != day.session_id:
        raise BookingOver
    named = list(booking.attendees.all())
    if len(named) >= booking.seats:
        raise TooManyAttendees
    people = [{"name": row.name, "email": row.email} for row in named]
    seats = write_attendees(booking, [*people, {"name": name}])
    emit(AttendeesNamed(booking_id=booking.pk, seats=seats), by=by, subject=booking)
    return _is_here(booking, len(named) + 1, day=day, by=by, device=device)


@transaction.atomic
def come_in_place_of(attendee: Attendee, *, day: SessionDay, name: str, by: User, device: str = "") -> Attendee:
    """The office lets `name` sit on the seat of `attendee`, and be here on `day`; days past stay with the former one.

    Raises `BookingOver`, `MovedMeanwhile`, `DayNotBegun`.
    """
    if attendee.booking.session_id != day.session_id:
        raise BookingOver
    booking = change_attendee(attendee, name=name, by=by, by_office=True)
    return _is_here(booking, attendee.position, day=day, by=by, device=device)


def _is_here(booking: Booking, position: int, *, day: SessionDay, by: User, device: str) -> Attendee:
    attendee: Attendee = booking.attendees.get(position=position)
    mark = Mark(attendee_id=attendee.pk, status=AttendanceStatus.ATTENDED)
    mark_attendance(day=day, marks=[mark], by=by, device=device)
    return attendee
