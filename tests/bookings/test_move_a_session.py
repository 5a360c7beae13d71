"""A session is moved: everybody booked hears of it once, and whoever can't come loses nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from icalendar import Calendar

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.calendar import calendar_file
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import refund_quote, terms_of
from tenant_apps.scheduling.models import Place, Session
from tenant_apps.scheduling.moves import tell_moves
from tenant_apps.scheduling.services import cancel_session, update_session
from tests import make
from tests.bookings.conftest import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def move_to(session, in_days, **more):
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=in_days)
    update_session(session, days=[(starts, starts + timedelta(hours=7))], by=None, **more)
    deliver_due()
    session.refresh_from_db()


def told_later(mails, minutes=6):
    with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
        tell_moves()
        deliver_due()
    return mails("bookings/moved")


def test_several_changes_in_a_few_minutes_are_one_email_from_old_to_newest(mails):
    session = make.session(in_days=40)
    paid, held = make.confirmed_booking(session=session), make.booking(session=session)
    first_day = f"{session.days.get().starts_at:%-d %b}"
    _, before = events_in(calendar_file(paid))
    move_to(session, 50, note="The hall is flooded.")
    move_to(session, 55)
    update_session(session, place=Place.objects.create(name="The new hall"), by=None)
    later = make.confirmed_booking(session=session)  # booked as it is now
    assert mails("bookings/moved") == []

    told = told_later(mails)
    assert {mail.to for mail in told} == {paid.buyer.email, held.buyer.email}
    assert later.buyer.email not in {mail.to for mail in told}
    mail = next(mail for mail in told if mail.to == paid.buyer.email)
    session.refresh_from_db()
    for said in (
        first_day,
        f"{session.starts_at:%-d %b}",
        "The new hall",
        "The hall is flooded.",
        "get back everything",
    ):
        assert said in mail.text
    _, after = events_in(mail.attachments[0]["content"])
    assert after[0]["uid"] == before[0]["uid"]
    assert after[0]["sequence"] > before[0]["sequence"]
    assert len(told_later(mails, minutes=60)) == 2  # not again


def test_a_day_that_is_dropped_leaves_the_calendar(mails):
    session = make.session(in_days=40)
    starts = [now() + timedelta(days=40 + n) for n in range(3)]
    update_session(session, days=[(begins, begins + timedelta(hours=7)) for begins in starts], by=None)
    booking = make.confirmed_booking(session=session)
    _, before = events_in(calendar_file(booking))
    update_session(session, days=[(begins, begins + timedelta(hours=7)) for begins in starts[:2]], by=None)
    (mail,) = told_later(mails)
    after = [event for file in mail.attachments for event in events_in(file["content"])[1]]
    assert [event["uid"] for event in after] == [event["uid"] for event in before]
    assert [event["status"] for event in after] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [file["type"].split("=")[1] for file in mail.attachments] == ["REQUEST", "REQUEST", "CANCEL"]


def events_in(text):
    calendar = Calendar.from_ical(text)
    return calendar, [part for part in calendar.walk() if part.name == "VEVENT"]


def test_whoever_can_t_come_gets_everything_back_whatever_the_terms_say(visitor):
    booking = make.confirmed_booking(session=make.session(in_days=40))
    move_to(booking.session, 5)
    booking = Booking.objects.select_related("session", "order").get()
    assert refund_quote(booking).amount == 120
    assert "you get back everything you paid" in visitor.open(path("booking", token_of(booking))).content.decode()
    cancel_booking(booking, by=None)
    booking.order.refresh_from_db()
    assert booking.order.refunded == 120


def test_that_right_ends_when_the_session_begins():
    booking = make.confirmed_booking(session=make.session(in_days=40))
    move_to(booking.session, 5)
    with time_machine.travel(now() + timedelta(days=6), tick=True):
        assert refund_quote(Booking.objects.select_related("session", "order").get()).amount == 0


def test_who_goes_somewhere_else_reads_how_to_get_there(mails):
    booking = make.confirmed_booking(session=make.session(in_days=40))
    hall = Place.objects.create(name="The new hall", travel="Bus 42", directions="Ring twice")
    update_session(booking.session, place=hall, by=None)
    deliver_due()
    (mail,) = told_later(mails)
    assert "Bus 42" in mail.text
    assert "Ring twice" in mail.html


def test_a_change_that_is_taken_back_in_time_is_told_to_nobody(mails):
    booking = make.confirmed_booking(session=make.session(in_days=5))
    days = [(day.starts_at, day.ends_at) for day in booking.session.days.all()]
    move_to(booking.session, 3)
    update_session(booking.session, days=days, by=None)
    deliver_due()
    assert told_later(mails) == []
    booking = Booking.objects.select_related("session", "order").get()
    assert refund_quote(booking).amount == 0


def test_another_link_is_told_and_changes_no_terms(mails):
    booking = make.confirmed_booking(session=make.session(in_days=5, online_url="https://meet.example.com/a"))
    update_session(booking.session, online_url="https://meet.example.com/b", by=None)
    deliver_due()
    (mail,) = told_later(mails)
    assert "https://meet.example.com/b" in mail.text
    assert "get back everything" not in mail.text
    assert refund_quote(Booking.objects.select_related("session", "order").get()).amount == 0


def test_the_balance_is_due_later_with_a_later_start_and_never_earlier_than_promised(mails):
    booking = make.booking(session=make.session(in_days=60))
    make.pay(booking, amount=36)
    deliver_due()
    promised = booking.order.balance_due_at
    move_to(booking.session, 30)
    told_later(mails)
    booking.order.refresh_from_db()
    assert booking.order.balance_due_at == promised
    move_to(booking.session, 90)
    told_later(mails)
    booking.order.refresh_from_db()
    assert booking.order.balance_due_at == terms_of(Session.objects.select_related("course").get()).balance_due_at
    assert booking.order.balance_due_at > promised + timedelta(days=25)


def test_no_hold_outlasts_its_session():
    booking = make.booking(session=make.session(in_days=40), by_office=True)
    starts = now() + timedelta(hours=2)
    update_session(booking.session, days=[(starts, starts + timedelta(hours=1))], by=None)
    tell_moves()
    deliver_due()
    booking.refresh_from_db()
    booking.session.refresh_from_db()
    assert booking.hold_expires_at == booking.session.ends_at  # at the door it can be paid until the end
    soon = make.session(in_days=1)
    assert make.booking(session=soon, by_office=True).hold_expires_at <= soon.ends_at


def test_whoever_is_about_to_leave_the_house_is_told_at_once(mails):
    booking = make.confirmed_booking(session=make.session(in_days=1))
    starts = now() + timedelta(hours=2)
    update_session(booking.session, days=[(starts, starts + timedelta(hours=1))], by=None)
    tell_moves()
    deliver_due()
    assert len(mails("bookings/moved")) == 1


def test_what_is_called_off_meanwhile_is_not_told_as_moved(mails):
    booking = make.confirmed_booking(session=make.session(in_days=40))
    move_to(booking.session, 50)
    cancel_session(booking.session, reason="Too few", by=None)
    deliver_due()
    assert told_later(mails) == []
    booking.order.refresh_from_db()
    assert booking.order.refunded == Decimal(120)


def test_who_only_holds_a_seat_hears_of_another_day_and_until_when_it_is_held(mails):
    session = make.session(online_url="https://meet.example.com/a", place=None)
    held = make.booking(session=session)
    confirmed = make.confirmed_booking(session=session)
    update_session(session, online_url="https://meet.example.com/b", by=None)
    assert [mail.to for mail in told_later(mails)] == [confirmed.buyer.email]

    move_to(session, 70)
    mail = next(mail for mail in told_later(mails, minutes=20) if mail.to == held.buyer.email)
    for text in (mail.text, mail.html):
        assert "Your seat is held until" in text
        assert "due" not in text


def test_an_attendee_is_told_what_has_changed_and_nothing_else(mails):
    session = make.session(online_url="https://meet.example.com/a", place=None)
    make.confirmed_booking(session=session, attendees=[{"name": "Vic Tim", "email": "vic@example.com"}])
    deliver_due()
    update_session(session, online_url="https://meet.example.com/b", by=None)
    told_later(mails)
    assert [mail.subject.split(":")[0] for mail in mails("bookings/attending")] == ["You have a seat", "Changed"]
    assert "moved" not in mails("bookings/attending")[-1].text
    move_to(session, 70)
    told_later(mails, minutes=20)
    assert mails("bookings/attending")[-1].subject.startswith("Moved: ")


def test_a_place_that_was_awaited_is_told_and_is_no_move(mails, visitor):
    """Nobody was promised another place: what cancelling gives back stays as it was."""
    booking = make.confirmed_booking(session=make.session(in_days=5, place=None, online_url=""))
    hall = Place.objects.create(name="The new hall")
    update_session(booking.session, place=hall, by=None)
    deliver_due()
    (mail,) = told_later(mails)
    assert "The new hall" in mail.text
    assert "get back everything" not in mail.text
    assert "old date" not in mail.text + mail.html
    booking = Booking.objects.select_related("session", "order").get()
    assert (booking.is_free_to_cancel, refund_quote(booking).amount) == (False, 0)
    update_session(booking.session, place=Place.objects.create(name="Another one"), by=None)
    deliver_due()
    assert Booking.objects.select_related("session").get().is_free_to_cancel  # this one is a move
