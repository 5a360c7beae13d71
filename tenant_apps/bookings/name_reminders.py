"""Asking who comes on seats that nobody was named for, and what the course asks of attendees: a week before, and two
days before, once each.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from shared_apps.core.lines import one_line
from shared_apps.core.time import now
from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from shared_apps.timers.services import set_timer, timer
from tenant_apps.bookings.care import all_missing
from tenant_apps.bookings.events import BookingConfirmed, BookingTransferred, SeatsChanged
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.name_times import may_be_named, named_until
from tenant_apps.bookings.notifications import booking_to_tell, tell_buyer
from tenant_apps.bookings.selectors import names_token
from tenant_apps.scheduling.events import SessionMoved

FIRST, LAST = "bookings.ask_for_names", "bookings.ask_for_names_again"
BEFORE = {FIRST: timedelta(days=7), LAST: timedelta(days=2)}  # the moment from which names stay as they are


@on(BookingConfirmed, BookingTransferred, SeatsChanged, name="bookings.plan_to_ask_for_names")
def plan_to_ask(event: BookingConfirmed | BookingTransferred | SeatsChanged) -> None:
    """Who has not named all, or not said what the course asks of them, is asked, as far as there is time for that."""
    _plan(booking_to_tell(event.booking_id))


@on(SessionMoved, name="bookings.plan_to_ask_for_names_anew")
def plan_anew(event: SessionMoved) -> None:
    """On another date they are asked for at other times, for each booking of which something may be missing."""
    asked = Q(seats__gt=1) | Q(session__course__asks_age=True) | Q(session__course__minimum_age__isnull=False)
    confirmed = Booking.objects.filter(asked, session=event.session_id, status=BookingStatus.CONFIRMED)
    for pk in confirmed.values_list("pk", flat=True):
        _plan(booking_to_tell(pk))


@timer(FIRST)
def ask_for_names(booking_id: UUID) -> None:
    """A week before."""
    _ask(booking_id, FIRST)


@timer(LAST)
def ask_for_names_again(booking_id: UUID) -> None:
    """Two days before, for the last time."""
    _ask(booking_id, LAST)


def missing_names(booking: Booking) -> int:
    """On how many of its seats nobody was named."""
    return max(0, booking.seats - booking.attendees.count())


def names_link(booking: Booking) -> str:
    """The absolute URL of the page that opens the names and nothing else."""
    return tenant_url("booking_people", names_token(booking))


def _plan(booking: Booking) -> None:
    asks = booking.seats > 1 or booking.session.course.asks_for_age
    if booking.status != BookingStatus.CONFIRMED or not asks:
        return
    for kind in BEFORE:
        if (at := _moment(booking, kind)) > now():
            set_timer(kind, at=at, subject=booking)


def _moment(booking: Booking, kind: str) -> datetime:
    return named_until(booking) - BEFORE[kind]


def _ask(booking_id: UUID, kind: str) -> None:
    booking = booking_to_tell(booking_id)
    if booking.status != BookingStatus.CONFIRMED or not may_be_named(booking):
        return
    if (at := _moment(booking, kind)) > now():  # its session is later by now
        set_timer(kind, at=at, subject=booking)
        return
    missing, care = missing_names(booking), all_missing(booking)
    if missing or care:
        once = f"{kind}:{booking.pk}:{booking.session_id}"
        until = named_until(booking)
        tell_buyer(
            booking, "name_missing", once=once, missing=missing, named_until=until, names_url=names_link(booking),
            care_missing=[f"{one_line(row.name)}: {', '.join(said)}" for row, said in care],
        )  # fmt: skip
