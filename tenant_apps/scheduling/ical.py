"""Calendar files (RFC 5545): what all of ours have in common, whatever their events are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from django.conf import settings

from shared_apps.core.lines import one_line
from shared_apps.core.mail import sender_address
from shared_apps.core.time import tenant_zone
from shared_apps.tenants.context import current_tenant

if TYPE_CHECKING:  # five megabytes that most processes never use: it is imported where a file is made
    from icalendar import Calendar, Event, Timezone, vCalAddress, vDDDTypes, vUTCOffset

REFRESHED = timedelta(hours=1)  # how often whoever subscribes is asked to look again
A_YEAR = timedelta(days=365)


class Method(StrEnum):
    """What a calendar is to do with a file (RFC 5546)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Status(StrEnum):
    """How certain an event is."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Entry:
    """One event. `begins` and `ends` carry the zone on whose clock they are said.

    `key` stays while the event is the same one, whenever it takes place. `changes` counts what calendars are told of
    it: it grows with each move, and before an event that was called off takes place after all.
    """

    key: str
    begins: datetime
    ends: datetime
    title: str
    where: str
    text: str
    changes: int
    status: Status
    url: str = ""

    @property
    def sequence(self) -> int:
        """Rises with every change. A cancellation outranks what it calls off, and whatever comes after outranks it."""
        return 2 * self.changes + (self.status == Status.CANCELLED)


def calendar_text(
    entries: Sequence[Entry], *, method: Method, stamp: datetime, name: str = "", attendee: str = ""
) -> str:
    """The file with these events. `stamp`: since when it is as it is; `name`: of a calendar that is subscribed to.

    `attendee` is the address of whoever it is sent to: mail programs put what they are asked to come to into their
    calendar, and take out what is called off, where it names them.
    """
    from icalendar import Calendar, Timezone

    calendar = Calendar()
    calendar.add("prodid", f"-//Muster//{current_tenant().slug}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        _subscribed(calendar, name)
    organiser = _organiser()
    for entry in entries:
        event = _event(entry, stamp, organiser)
        if attendee:
            event.add("attendee", _attendee(attendee))
        calendar.add_component(event)
    if entries:  # only the changes of clocks around these days: strict readers take the rules of 1970 for today's
        first, last = min(entry.begins for entry in entries), max(entry.ends for entry in entries)
        calendar.add_missing_timezones(first.date() - A_YEAR, last.date() + A_YEAR)
    else:  # a calendar has something in it (RFC 5545, 3.6)
        today = stamp.date()
        calendar.add_component(Timezone.from_tzinfo(tenant_zone(), None, today - A_YEAR, today + A_YEAR))
    for zone in calendar.timezones:
        _begin_by_the_old_clock(zone)
    return calendar.to_ical().decode()


def _begin_by_the_old_clock(zone: "Timezone") -> None:
    """Summer time begins when the clock of winter says so (RFC 5545, 3.6.5); the library says it by the new clock."""
    for change in zone.subcomponents:
        to, since = (cast("vUTCOffset", change[name]) for name in ("TZOFFSETTO", "TZOFFSETFROM"))
        ahead = to.td - since.td
        if ahead <= timedelta(0):
            continue
        again = change.get("RDATE", [])
        lists = again if isinstance(again, list) else [again]
        moments = [change["DTSTART"], *(one for dates in lists for one in dates.dts)]
        for moment in cast("list[vDDDTypes]", moments):
            assert isinstance(moment.dt, datetime)
            moment.dt -= ahead


def _attendee(address: str) -> "vCalAddress":
    """Whoever comes: it is settled that they do, and nobody waits for an answer."""
    from icalendar import vCalAddress

    attendee = vCalAddress(f"mailto:{address}")
    attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    return attendee


def _subscribed(calendar: "Calendar", name: str) -> None:
    """What it is called, and how often to look again: each in the words of RFC 7986 and in Microsoft's."""
    from icalendar import vDuration, vText

    calendar.add("calscale", "GREGORIAN")
    for known_as in ("name", "x-wr-calname"):
        calendar.add(known_as, vText(one_line(name)))
    calendar.add("refresh-interval", vDuration(REFRESHED), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED))


def _event(entry: Entry, stamp: datetime, organiser: "vCalAddress") -> "Event":
    from icalendar import Event, vText

    event = Event()
    event.add("uid", f"{entry.key}@{settings.BASE_DOMAIN}")
    event.add("summary", entry.title)
    event.add("dtstart", entry.begins)
    event.add("dtend", entry.ends)
    event.add("dtstamp", stamp)
    event.add("sequence", entry.sequence)
    event.add("status", entry.status)
    event.add("organizer", organiser)
    event.add("location", vText(entry.where))
    event.add("description", entry.text)
    if entry.url:
        event.add("url", entry.url)
    event.add("transp", "OPAQUE")
    return event


def _organiser() -> "vCalAddress":
    """The provider, at the address that its emails come from."""
    from icalendar import vCalAddress, vText

    organiser = vCalAddress(f"mailto:{sender_address()}")
    organiser.params["CN"] = vText(one_line(current_tenant().name).replace('"', "'"))
    return organiser
