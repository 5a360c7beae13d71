"""A booking as a calendar file (RFC 5545) and as links to calendars on the web."""

from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, vText

from shared_apps.tenants.context import current_tenant
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import days_of, link_to
from tenant_apps.scheduling.models import Session, SessionDay

CALLED_OFF = (BookingStatus.CANCELLED, BookingStatus.EXPIRED)


def calendar_file(booking: Booking) -> str:
    """One event per day, in the tenant's zone, with ids that stay: an updated file replaces the events."""
    tenant = current_tenant()
    zone = ZoneInfo(tenant.time_zone)
    called_off = booking.status in CALLED_OFF
    calendar = Calendar()
    calendar.add("prodid", f"-//Muster//{tenant.slug}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if called_off else "PUBLISH")
    for number, day in enumerate(days_of(booking.session), 1):
        calendar.add_component(_event(booking, day, number, zone, called_off=called_off))
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


def attachment(booking: Booking) -> dict[str, str]:
    """The calendar file as an email's attachment."""
    method = "CANCEL" if booking.status in CALLED_OFF else "PUBLISH"
    return {"name": "booking.ics", "type": f"text/calendar; method={method}", "content": calendar_file(booking)}


def _event(booking: Booking, day: SessionDay, number: int, zone: ZoneInfo, *, called_off: bool) -> Event:
    session = booking.session
    event = Event()
    event.add("uid", f"{booking.pk}-{number}@{settings.BASE_DOMAIN}")
    event.add("summary", session.course.title)
    event.add("dtstart", day.starts_at.astimezone(zone))
    event.add("dtend", day.ends_at.astimezone(zone))
    event.add("dtstamp", session.updated_at)
    # A cancellation must outrank every change of time and place that was sent before.
    event.add("sequence", session.sequence + (1 if called_off else 0))
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    event.add("location", vText(where_line(session)))
    event.add("description", _description(booking))
    event.add("url", link_to(booking))
    event.add("transp", "OPAQUE")
    return event


def where_line(session: Session) -> str:
    """Place and address on one line; "Online" where there is no place."""
    if session.place is None:
        return session.online_url or "Online"
    parts = [session.room.name if session.room else "", session.place.name, *session.place.address.splitlines()]
    return ", ".join(part.strip() for part in parts if part.strip())


def _description(booking: Booking) -> str:
    lines = [f"Booking {booking.reference}, {booking.seats} {'seat' if booking.seats == 1 else 'seats'}"]
    if booking.session.online_url:
        lines.append(f"Join online: {booking.session.online_url}")
    return "\n".join([*lines, f"Manage your booking: {link_to(booking)}"])


@dataclass(frozen=True)
class DayLink:
    """A day that can be added to a calendar on the web."""

    day: SessionDay
    google: str


def google_links(booking: Booking) -> list[DayLink]:
    """Links that fill in Google Calendar's form, one for each day."""
    tenant = current_tenant()
    return [DayLink(day, _google(booking, day, tenant.time_zone)) for day in days_of(booking.session)]


def _google(booking: Booking, day: SessionDay, time_zone: str) -> str:
    query = {
        "action": "TEMPLATE",
        "text": booking.session.course.title,
        "dates": f"{day.starts_at:%Y%m%dT%H%M%SZ}/{day.ends_at:%Y%m%dT%H%M%SZ}",
        "ctz": time_zone,
        "location": where_line(booking.session),
        "details": _description(booking),
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"
