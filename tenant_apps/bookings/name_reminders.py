"""Asking for what is missing of those who come (names, ages, answers): a week before it is wanted, and two days before.

Whoever booked gets one message about all of it. Attendees with an address of their own are asked for their own answers.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from shared_apps.core.time import now
from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from shared_apps.timers.services import set_timer, timer
from tenant_apps.bookings.answer_links import answers_link
from tenant_apps.bookings.asked import Asked, answers_due, asked_on
from tenant_apps.bookings.care import all_missing, care_lines
from tenant_apps.bookings.events import BookingConfirmed, BookingTransferred, SeatsChanged
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.name_times import may_be_named, missing_names, named_until, names_link
from tenant_apps.bookings.notifications import booking_to_tell, facts, tell_buyer
from tenant_apps.bookings.selectors import names_token
from tenant_apps.messaging.services import notify
from tenant_apps.questions.events import QuestionsChanged
from tenant_apps.scheduling.events import SessionChanged, SessionMoved
from tenant_apps.scheduling.moves import waits_until

FIRST, LAST = "bookings.ask_for_names", "bookings.ask_for_names_again"
BEFORE = {FIRST: timedelta(days=7), LAST: timedelta(days=2)}  # the moment from which names stay as they are


@on(BookingConfirmed, BookingTransferred, SeatsChanged, name="bookings.plan_to_ask_for_names")
def plan_to_ask(event: BookingConfirmed | BookingTransferred | SeatsChanged) -> None:
    """Who has not named all, or not said what the course asks of them, is asked, as far as there is time for that."""
    _plan(booking_to_tell(event.booking_id))


@on(SessionMoved, name="bookings.plan_to_ask_for_names_anew")
def plan_anew(event: SessionMoved) -> None:
    """On another date what is missing is asked for at other times."""
    _plan_all(event.session_id)


@on(SessionChanged, name="bookings.plan_to_ask_for_names_as_before", when=lambda event: bool(event.undone_since))
def plan_as_before(event: SessionChanged) -> None:
    """The same for those who booked, or took further seats, while it was on another date."""
    _plan_all(event.session_id)


def _plan_all(session_id: UUID) -> None:
    confirmed = Booking.objects.filter(session=session_id, status=BookingStatus.CONFIRMED)
    for pk in confirmed.values_list("pk", flat=True):
        _plan(booking_to_tell(pk))


@on(QuestionsChanged, name="bookings.plan_to_ask_what_is_new")
def plan_to_ask_what_is_new(event: QuestionsChanged) -> None:
    """Those who are booked already are asked, too, in time for what is asked from now on."""
    confirmed = Booking.objects.filter(
        session__course=event.course_id, session__starts_at__gt=now(), status=BookingStatus.CONFIRMED
    )
    for pk in confirmed.order_by("pk").values_list("pk", flat=True):
        _plan(booking_to_tell(pk))


@timer(FIRST)
def ask_for_names(booking_id: UUID) -> None:
    """A week before."""
    _ask(booking_id, FIRST)


@timer(LAST)
def ask_for_names_again(booking_id: UUID) -> None:
    """Two days before, for the last time."""
    _ask(booking_id, LAST)


def _plan(booking: Booking) -> None:
    wanted = _wanted(booking)
    if booking.status != BookingStatus.CONFIRMED or wanted is None or waits_until(booking.session):
        return  # while it may be moved back the times of the date that people know of stay
    for kind, before in BEFORE.items():
        if (at := wanted - before) > now():
            set_timer(kind, at=at, subject=booking)


def _wanted(booking: Booking) -> datetime | None:
    """By when something is wanted of those who come: names, ages or answers; None: nothing is."""
    asks_names = booking.seats > 1 or booking.session.course.asks_for_age
    names = [named_until(booking)] if asks_names else []
    answers = [due] if (due := answers_due(booking.session)) else []
    return min([*names, *answers], default=None)


def _ask(booking_id: UUID, kind: str) -> None:
    booking = booking_to_tell(booking_id)
    if booking.status != BookingStatus.CONFIRMED or not booking.is_changeable:
        return
    if later := waits_until(booking.session):
        set_timer(kind, at=later, subject=booking)
        return
    asked = [one for one in asked_on([booking], course_id=booking.session.course_id) if one.missing]
    names = may_be_named(booking) and bool(missing_names(booking) or all_missing(booking))
    due = answers_due(booking.session) if asked else None
    wanted = min([*([named_until(booking)] if names else []), *([due] if due else [])], default=None)
    if wanted is None:
        return
    if (at := wanted - BEFORE[kind]) > now():  # its session is later by now, or what was wanted sooner is there
        set_timer(kind, at=at, subject=booking)
        return
    _ask_buyer(booking, kind, [one for one in asked if not _own_address(one)], wanted=wanted)
    for one in asked:
        if _own_address(one):
            _ask_attendee(booking, kind, one, wanted=wanted)


def _own_address(asked: Asked) -> str:
    """Where an attendee is written to, if that is not whoever booked."""
    email, booking = asked.attendee.email, asked.attendee.booking
    return "" if email.lower() in (booking.buyer.email.lower(), booking.contact_email.lower()) else email


def _ask_buyer(booking: Booking, kind: str, asked: list[Asked], *, wanted: datetime) -> None:
    """One message about all that is missing, with the link that opens no more than that."""
    answers = sum(len(one.missing) for one in asked)
    named = may_be_named(booking)
    names, care = (missing_names(booking), all_missing(booking)) if named else (0, [])
    if not names and not care and not answers:
        return
    once = f"{kind}:{booking.pk}:{booking.session_id}:{wanted:%Y%m%d%H%M}"
    asks_names = bool(names or care)
    link = names_link(booking) if asks_names else tenant_url("people_answers", names_token(booking))
    tell_buyer(
        booking, "name_missing" if asks_names else "answers_missing", once=once, missing=names, answers=answers,
        named_until=wanted, answers_until=wanted, names_url=link,
        care_missing=care_lines(booking) if care else [],
    )  # fmt: skip


def _ask_attendee(booking: Booking, kind: str, asked: Asked, *, wanted: datetime) -> None:
    email = _own_address(asked)
    mark = hashlib.sha256(email.lower().encode()).hexdigest()[:32]
    notify(
        "bookings/attending_answers", to=email, about=booking, to_stranger=True, group="attendees",
        once=f"{kind}:{booking.pk}:{booking.session_id}:{wanted:%Y%m%d%H%M}:{asked.attendee.pk}:{mark}",
        context={
            **facts(booking, to_stranger=True), "for_attendee": True, "answers": len(asked.missing),
            "answers_until": wanted, "answers_url": answers_link(asked.attendee),
        },
    )  # fmt: skip
