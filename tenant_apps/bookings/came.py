"""Who came: as the register says, and where nobody kept one, who was booked to the end."""

from collections.abc import Sequence

from tenant_apps.bookings.models import Attendee, Booking, BookingStatus
from tenant_apps.scheduling.models import CAME, MARKED, Attendance


def came(attendee: Attendee) -> bool:
    """Whether they came to a day, late or not; where no register was kept, whether they were booked to the end."""
    return bool(who_came(attendee.booking, [attendee]))


def who_came(booking: Booking, attendees: Sequence[Attendee]) -> list[Attendee]:
    """Those of its `attendees` who came, as `came` says it. Two queries, however many they are."""
    if booking.status not in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        return []
    marked = Attendance.objects.filter(day__session=booking.session_id, status__in=MARKED)
    if not marked.exists():
        return list(attendees)
    keys = [one.pk for one in attendees]
    there = set(marked.filter(attendee_id__in=keys, status__in=CAME).values_list("attendee_id", flat=True))
    return [one for one in attendees if one.pk in there]
