"""What those hear who have a seat that somebody else booked: where to be and when, and if that changes."""

import hashlib
from collections.abc import Sequence

from shared_apps.core.limits import DAY, Rate, count
from shared_apps.core.lines import one_line
from shared_apps.events.bus import DomainEvent, on
from tenant_apps.bookings import calendar
from tenant_apps.bookings.answer_links import answers_link
from tenant_apps.bookings.check_in import codes_of
from tenant_apps.bookings.events import (
    AttendeesNamed,
    BookingCancelled,
    BookingChanged,
    BookingConfirmed,
    BookingTransferred,
)
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.moved import Before
from tenant_apps.bookings.notifications import booking_to_tell, facts
from tenant_apps.bookings.selectors import days_of
from tenant_apps.bookings.transfer_notifications import dropped_days
from tenant_apps.messaging.models import Message
from tenant_apps.messaging.services import notify
from tenant_apps.questions.selectors import asked_of
from tenant_apps.scheduling.events import SessionMoved
from tenant_apps.scheduling.plan import Span

TOLD = "bookings/attending"
REPLACED = "bookings/attending_replaced"
MOST_A_DAY = 20  # of one booking, whose names may be changed again and again; and twice for each of its seats


@on(BookingConfirmed, AttendeesNamed, BookingChanged, name="bookings.tell_attendees")
def tell_attendees(event: BookingConfirmed | AttendeesNamed | BookingChanged) -> None:
    """Each attendee with an address of their own gets the joining details, once, and again if they come again."""
    booking = booking_to_tell(event.booking_id)
    if booking.status != BookingStatus.CONFIRMED or booking.session.has_started:
        return
    heard = _heard_last(booking)
    for email in booking.attendees.exclude(email="").values_list("email", flat=True):
        if email.lower() != booking.buyer.email.lower() and heard.get(email.lower()) != TOLD:
            _tell(booking, TOLD, email, because=event)


@on(AttendeesNamed, name="bookings.tell_replaced_attendees")
def tell_replaced_attendees(event: AttendeesNamed) -> None:
    """Whoever was told where to be, and sits there no more, is told that they need not come."""
    booking = booking_to_tell(event.booking_id)
    if booking.status != BookingStatus.CONFIRMED or booking.session.has_started:
        return
    coming = {email.lower() for email in booking.attendees.values_list("email", flat=True)}
    for email, last in _heard_last(booking).items():
        if email not in coming and last == TOLD:
            _tell(booking, REPLACED, email, because=event, called_off=True)


@on(BookingTransferred, name="bookings.tell_attendees_of_transfer")
def tell_attendees_of_transfer(event: BookingTransferred) -> None:
    """Whoever was told of the former date is told of the new one."""
    booking = booking_to_tell(event.booking_id)
    if booking.status != BookingStatus.CONFIRMED or booking.session_id != event.to_session_id:
        return
    dropped = dropped_days(booking, event)
    for email in _told(booking):
        _tell(booking, TOLD, email, because=event, dropped=dropped, changed=True, moved=True)


@on(SessionMoved, name="bookings.tell_attendees_of_move")
def tell_attendees_of_move(event: SessionMoved) -> None:
    """Whoever was told of the old date is told of the new one."""
    told = Before.of(event.before)
    confirmed = Booking.objects.filter(session_id=event.session_id, status=BookingStatus.CONFIRMED)
    for pk in confirmed.order_by("pk").values_list("pk", flat=True):
        booking = booking_to_tell(pk)
        before = told.known_to(booking)
        if before is None or before.is_still_so(booking.session):
            continue
        days = [(day.starts_at, day.ends_at) for day in days_of(booking.session)]
        changed = {"changed": True, "moved": before.days != days}
        for email in _told(booking):
            _tell(booking, TOLD, email, because=event, dropped=before.days[len(days) :], **changed)


@on(BookingCancelled, name="bookings.tell_attendees_of_cancellation")
def tell_attendees_of_cancellation(event: BookingCancelled) -> None:
    """Whoever was told where to be is told that they need not come."""
    booking = booking_to_tell(event.booking_id)
    for email in _told(booking):
        _tell(booking, "bookings/attending_cancelled", email, because=event)


def _told(booking: Booking) -> set[str]:
    """The addresses of its attendees that were told of `booking`, however they were written then."""
    heard = _heard_last(booking)
    rows = booking.attendees.exclude(email="").values_list("email", flat=True)
    return set({email.lower(): email for email in rows if email.lower() in heard}.values())


def _heard_last(booking: Booking) -> dict[str, str]:
    """Whether each address, in small letters, was told last that they come (`TOLD`) or that they need not."""
    about = Message.objects.filter(about_id=booking.pk, kind__in=[TOLD, REPLACED]).order_by("pk")
    return {to.lower(): kind for to, kind in about.values_list("to", "kind")}


def _questions_to(booking: Booking, email: str) -> str:
    """The link to the questions of whoever has this address on `booking`; none for nobody, or several."""
    rows = [row for row in booking.attendees.all() if row.email.lower() == email.lower()]
    if len(rows) != 1 or not asked_of(booking.session.course_id):
        return ""
    return answers_link(rows[0])


def _tell(
    booking: Booking, kind: str, email: str, *, because: DomainEvent, dropped: Sequence[Span] = (),
    called_off: bool = False, **context: object,
) -> None:  # fmt: skip
    """Nobody has proven an attendee's address, so nothing that a visitor typed stands in the email.

    Who booked is said where the office wrote it down.
    """
    once = f"{kind}:{because.row}:{booking.pk}:{hashlib.sha256(email.lower().encode()).hexdigest()[:32]}"
    rate = Rate(MOST_A_DAY + 2 * booking.seats, DAY)
    if Message.objects.filter(once=once).exists() or count("attendee-mail", str(booking.pk), rate):
        return
    notify(
        kind,
        to=email,
        context={
            **facts(booking, to_stranger=True, email=email),
            "codes": codes_of(booking, email=email),
            "booked_by": one_line(booking.contact_name) if booking.by_office else "",
            "for_attendee": True,
            "answers_url": _questions_to(booking, email),
            **context,
        },
        about=booking,
        once=once,
        attachments=calendar.attachments_for(booking, email, dropped=dropped, called_off=called_off),
        to_stranger=True,
        group="attendees",  # however many there are, the emails that confirm other people's seats go out
    )
