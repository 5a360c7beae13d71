"""A booking as a calendar file (RFC 5545) and as links to calendars on the web."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.core.models import known
from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import days_of, link_to
from tenant_apps.scheduling.ical import Entry, Method, Status, calendar_text
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.scheduling.plan import Span
from tenant_apps.scheduling.states import SessionStatus

MOST_FILES = 12  # of one email
CALLED_OFF = (BookingStatus.CANCELLED, BookingStatus.EXPIRED)


def opens_the_room(booking: Booking) -> bool:
    """Whether the booking gives the link of an online session: only once it is confirmed, and while it stands."""
    return booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


def calendar_file(booking: Booking) -> str:
    """One event per day, in the session's zone, with ids that stay: an updated file replaces the events."""
    return calendar_text(_own_entries(booking), method=method_of(booking), stamp=now())


def _own_entries(booking: Booking, *, dropped: Sequence[Span] = ()) -> list[Entry]:
    """Its days for whoever booked, with the link that manages it."""
    text = f"{description(booking)}\n{_manage(booking)}"
    return entries_of(booking, text=text, url=link_to(booking), dropped=dropped)


def entries_of(
    booking: Booking, *, text: str, url: str, attendee: str = "", dropped: Sequence[Span] = (), called_off: bool = False
) -> list[Entry]:
    """The days of `booking` as events, called by their place among them: whatever date they move to, they stay these.

    `attendee`: the address of one of its attendees, whose events are their own. `dropped`: days that came after the
    present ones and were told; their events are cancelled. `called_off`: all of it is, for whoever gets them.
    """
    session = booking.session
    status = Status.CANCELLED if called_off else _status(booking)
    days = [(day.starts_at, day.ends_at, _of_day(day, session, status)) for day in known(session, "days")]
    days += [(begins, ends, Status.CANCELLED) for begins, ends in dropped]
    where = where_line(session, room_link=opens_the_room(booking))
    whose = f"-{hashlib.sha256(attendee.lower().encode()).hexdigest()[:12]}" if attendee else ""
    called = f"{booking.pk}{whose}"
    return [
        Entry(
            key=f"{called}-{number}", begins=begins.astimezone(session.zone), ends=ends.astimezone(session.zone),
            title=session.course.title, where=where, text=text, url=url, status=status_of_day,
            changes=session.sequence + booking.calendar_sequence,
        )
        for number, (begins, ends, status_of_day) in enumerate(days, 1)
    ]  # fmt: skip


def method_of(booking: Booking) -> Method:
    """What a calendar is to do with the file."""
    return Method.CANCEL if is_called_off(booking) else Method.PUBLISH


def is_called_off(booking: Booking) -> bool:
    """Whether it takes no place any more; its session may be called off a moment before it is."""
    return booking.status in CALLED_OFF or booking.session.status == SessionStatus.CANCELLED


def attachments(booking: Booking, *, dropped: Sequence[Span] = ()) -> list[dict[str, str]]:
    """The calendar files of an email to whoever booked. `dropped`: see `entries_of`."""
    buyer = booking.buyer
    to = buyer.user.email if buyer.user and buyer.user.is_active else buyer.email
    return _files(_own_entries(booking, dropped=dropped), to=to)


def attachments_for(
    booking: Booking, attendee: str, *, dropped: Sequence[Span] = (), called_off: bool = False
) -> list[dict[str, str]]:
    """Those of an email to the address of an attendee, without the link that manages the booking. See `entries_of`."""
    text = description(booking)
    entries = entries_of(booking, text=text, url="", attendee=attendee, dropped=dropped, called_off=called_off)
    return _files(entries, to=attendee)


def _files(entries: Sequence[Entry], *, to: str) -> list[dict[str, str]]:
    """A file for each event: Outlook and Gmail take the first one of a file alone, and what asks or calls off `to`.

    Of very many days one file has all, which people open by themselves.
    """
    if len(entries) > MOST_FILES:
        alike = {entry.status == Status.CANCELLED for entry in entries} == {True}
        method = Method.CANCEL if alike else Method.PUBLISH
        return [_file("booking.ics", calendar_text(entries, method=method, stamp=now(), attendee=to), method)]
    files = []
    for number, entry in enumerate(entries, 1):
        method = Method.CANCEL if entry.status == Status.CANCELLED else Method.REQUEST
        name = "booking.ics" if len(entries) == 1 else f"booking-{number}.ics"
        files.append(_file(name, calendar_text([entry], method=method, stamp=now(), attendee=to), method))
    return files


def _file(name: str, content: str, method: Method) -> dict[str, str]:
    return {"name": name, "type": f"text/calendar; method={method}", "content": content}


def _status(booking: Booking) -> Status:
    if is_called_off(booking):
        return Status.CANCELLED
    certain = opens_the_room(booking) and not booking.session.is_tentative
    return Status.CONFIRMED if certain else Status.TENTATIVE


def _of_day(day: SessionDay, session: Session, status: Status) -> Status:
    """That of the booking; a session that was ended early is not taught on the days that were still to come."""
    ended_before = session.status == SessionStatus.COMPLETED and not day.live
    return Status.CANCELLED if ended_before else status


def where_line(session: Session, *, room_link: bool = False) -> str:
    """Place and address on one line; else that it is online, or with `room_link` where; else that nobody knows yet."""
    return session.where or (session.online_url if room_link else "") or no_place(online=bool(session.online_url))


def no_place(*, online: bool) -> str:
    """What stands where a place would, for a session without one."""
    return _("Online") if online else _("Place to be announced")


def description(booking: Booking) -> str:
    """What a calendar says of a booking to whoever comes; not the link that manages it."""
    seats = ngettext("%d seat", "%d seats", booking.seats) % booking.seats
    lines = [_("Booking %(reference)s, %(seats)s") % {"reference": booking.reference, "seats": seats}]
    if booking.session.online_url and opens_the_room(booking):
        lines.append(_("Join online: %s") % booking.session.online_url)
    return "\n".join(lines)


def _manage(booking: Booking) -> str:
    return _("Manage your booking: %s") % link_to(booking)


@dataclass(frozen=True)
class DayLink:
    """A day that can be added to a calendar on the web."""

    day: SessionDay
    google: str


def google_links(booking: Booking) -> list[DayLink]:
    """Links that fill in Google Calendar's form, one for each day."""
    return [DayLink(day, _google(booking, day, booking.session.zone.key)) for day in days_of(booking.session)]


def _google(booking: Booking, day: SessionDay, time_zone: str) -> str:
    query = {
        "action": "TEMPLATE",
        "text": booking.session.course.title,
        "dates": "/".join(f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" for moment in (day.starts_at, day.ends_at)),
        "ctz": time_zone,
        "location": where_line(booking.session, room_link=opens_the_room(booking)),
        "details": f"{description(booking)}\n{_manage(booking)}",
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"
