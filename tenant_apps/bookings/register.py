"""Who sits at a session by what was booked, as its register asks."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from shared_apps.core.lines import one_line
from tenant_apps.bookings.care import care_of, is_minor
from tenant_apps.bookings.models import STANDING, Answer, Attendee, BookingStatus
from tenant_apps.scheduling.attendance import Seat, who_sits
from tenant_apps.scheduling.models import AttendanceStatus


@who_sits.add
def booked_seats(*, sessions: Collection[UUID], also: Collection[UUID], found: list[Seat]) -> None:
    """A seat for each attendee that was named; and for those of `also` who come no more.

    Their booking ended, they went elsewhere with it, or gave up the seat.
    """
    where = Q(booking__session__in=sessions, booking__status__in=STANDING, left_at=None)
    if also:
        where |= Q(pk__in=also)
    said = _said(sessions)
    rows = Attendee.everybody.filter(where).select_related("booking__session", "care").order_by("booking", "position")
    asked = set[UUID]()  # bookings whose requests stand with the first who sits there
    for row in rows:
        booking = row.booking
        sits = booking.session_id in sessions and booking.status in STANDING and row.left_at is None
        if not sits:
            status = AttendanceStatus.CANCELLED
        elif booking.status == BookingStatus.PENDING:
            status = AttendanceStatus.INVITED
        else:
            status = AttendanceStatus.CONFIRMED
        by = "" if booking.contact_name == row.name else _("Booked by %s") % booking.contact_name
        needs = said.get(row.pk, [])
        if sits and booking.pk not in asked and (request := one_line(booking.special_requests)):
            needs = [request if booking.seats == 1 else _("Of this booking: %s") % request, *needs]
            asked.add(booking.pk)
        found.append(seat_of(row, status, about=booking.company or by, needs=needs))


def seat_of(row: Attendee, status: AttendanceStatus, *, about: str = "", needs: Sequence[str] = ()) -> Seat:
    """The seat of an attendee as a register tells of it: of who is under 18, who may collect them, and a number."""
    booking, care = row.booking, care_of(row)
    seat = Seat(row.pk, booking.session_id, row.name, status, row.person_id, booking.pk, about, needs)
    if care is None:
        return seat
    seat = replace(seat, has_note=bool(care.note) and row.left_at is None)
    if not is_minor(care.date_of_birth, booking.session):
        return seat
    number = care.shown_emergency_phone
    return replace(seat, is_minor=True, collectors=care.shown_collectors, emergency_phone=number)


def _said(sessions: Collection[UUID]) -> dict[UUID, list[str]]:
    """What those who come answered to the questions that stand on a register, by the keys of their seats."""
    rows = Answer.objects.filter(attendee__booking__session__in=sessions, question__on_register=True)
    rows = rows.select_related("question").order_by("question__position", "question__created_at")
    said: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        said[row.attendee_id].append(f"{row.label.rstrip('?: ')}: {one_line(row.words)}")
    return said
