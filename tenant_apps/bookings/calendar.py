"""A booking as a calendar file (RFC 5545) and as links to calendars on the web."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.core.lines import one_line
from shared_apps.core.mail import sender_address
from shared_apps.core.time import now
from shared_apps.tenants.context import current_tenant
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import days_of, link_to
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.scheduling.plan import Span

if TYPE_CHECKING:  # five megabytes that most processes never use: it is imported where a file is made
    from icalendar import Event, vCalAddress

CALLED_OFF = (BookingStatus.CANCELLED, BookingStatus.EXPIRED)


def opens_the_room(booking: Booking) -> bool:
    """Whether the booking gives the link of an online session: only once it is confirmed, and while it stands."""
    return booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


def calendar_file(
    booking: Booking, *, for_attendee: bool = False, dropped: Sequence[Span] = (), called_off: bool = False
) -> str:
    """One event per day, in the session's zone, with ids that stay: an updated file replaces the events.

    `for_attendee`: without the link that manages the booking, which is its buyer's. `dropped`: days that came after
    the present ones and were told; their events are cancelled. `called_off`: all of it is, for whoever gets the file.
    """
    from icalendar import Calendar

    tenant = current_tenant()
    zone = booking.session.zone
    days = days_of(booking.session)
    calendar = Calendar()
    calendar.add("prodid", f"-//Muster//{tenant.slug}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if called_off else method_of(booking))
    status = "CANCELLED" if called_off else _status(booking)
    for number, day in enumerate(days, 1):
        span = (day.starts_at, day.ends_at)
        calendar.add_component(_event(booking, span, number, zone, status, for_attendee=for_attendee))
    for number, span in enumerate(dropped, len(days) + 1):
        calendar.add_component(_event(booking, span, number, zone, "CANCELLED", for_attendee=for_attendee))
    if days:  # only the changes of clocks around these days: strict readers take the rules of 1970 for today's
        first, last = (day.astimezone(zone).date() for day in (days[0].starts_at, days[-1].ends_at))
        calendar.add_missing_timezones(first - timedelta(days=365), last + timedelta(days=365))
    return calendar.to_ical().decode()


def method_of(booking: Booking) -> str:
    """What a calendar is to do with the file (RFC 5546)."""
    return "CANCEL" if booking.status in CALLED_OFF else "PUBLISH"


def attachment(
    booking: Booking, *, for_attendee: bool = False, dropped: Sequence[Span] = (), called_off: bool = False
) -> dict[str, str]:
    """The calendar file as an email's attachment."""
    content = calendar_file(booking, for_attendee=for_attendee, dropped=dropped, called_off=called_off)
    method = "CANCEL" if called_off else method_of(booking)
    return {"name": "booking.ics", "type": f"text/calendar; method={method}", "content": content}


def _event(
    booking: Booking, span: Span, number: int, zone: ZoneInfo, status: str, *, for_attendee: bool
) -> "Event":  # fmt: skip
    from icalendar import Event, vText

    session, sequence = booking.session, booking.session.sequence + booking.calendar_sequence
    event = Event()
    event.add("uid", f"{booking.pk}-{number}@{settings.BASE_DOMAIN}")
    event.add("summary", session.course.title)
    event.add("dtstart", span[0].astimezone(zone))
    event.add("dtend", span[1].astimezone(zone))
    event.add("dtstamp", now())
    # A cancellation must outrank every change of time and place that was sent before.
    event.add("sequence", sequence + (1 if status == "CANCELLED" else 0))
    event.add("status", status)
    event.add("organizer", _organiser())
    event.add("location", vText(where_line(session, room_link=opens_the_room(booking))))
    event.add("description", _description(booking, for_attendee=for_attendee))
    if not for_attendee:
        event.add("url", link_to(booking))
    event.add("transp", "OPAQUE")
    return event


def _status(booking: Booking) -> str:
    if booking.status in CALLED_OFF:
        return "CANCELLED"
    certain = opens_the_room(booking) and not booking.session.is_tentative
    return "CONFIRMED" if certain else "TENTATIVE"


def _organiser() -> "vCalAddress":
    """The provider, at the address that its emails come from."""
    from icalendar import vCalAddress, vText

    organiser = vCalAddress(f"mailto:{sender_address()}")
    organiser.params["CN"] = vText(one_line(current_tenant().name).replace('"', "'"))
    return organiser


def where_line(session: Session, *, room_link: bool = False) -> str:
    """Place and address on one line; else that it is online, or with `room_link` where; else that nobody knows yet."""
    return session.where or (session.online_url if room_link else "") or no_place(online=bool(session.online_url))


def no_place(*, online: bool) -> str:
    """What stands where a place would, for a session without one."""
    return _("Online") if online else _("Place to be announced")


def _description(booking: Booking, *, for_attendee: bool = False) -> str:
    seats = ngettext("%d seat", "%d seats", booking.seats) % booking.seats
    lines = [_("Booking %(reference)s, %(seats)s") % {"reference": booking.reference, "seats": seats}]
    if booking.session.online_url and opens_the_room(booking):
        lines.append(_("Join online: %s") % booking.session.online_url)
    if not for_attendee:
        lines.append(_("Manage your booking: %s") % link_to(booking))
    return "\n".join(lines)


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
        "details": _description(booking),
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"
