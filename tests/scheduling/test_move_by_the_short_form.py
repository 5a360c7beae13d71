"""Moving a session in a short form: what clashes and who is told is said first; until they are told it is undone."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.notifications import booking_to_tell, send_link
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.messaging.models import Message
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Place, Room, Session
from tenant_apps.scheduling.moves import QUIET
from tenant_apps.scheduling.services import cancel_session, schedule_session
from tests import make
from tests.scheduling.test_move_sessions import days_of, on
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def move(office, session, **fields):
    """The form as it opens, with some fields changed, sent as a browser does."""
    page = office.get(f"/admin/sessions/{session.pk}/move/").context["form"]
    given = {name: page[name].value() for name in page.fields} | fields
    given = {name: value for name, value in given.items() if value not in (None, "", False)}
    return office.post(f"/admin/sessions/{session.pk}/move/", given, follow=True)


def undo(office, answer):
    page = answer.content.decode()
    url = re.search(r'action="[^"]*(/admin/sessions/[^"]+/move-back/)"', page)
    assert url, page
    told = re.search(r'name="from" value="([^"]+)"', page)
    return office.post(url[1], {"from": told[1]}, follow=True).content.decode()


def test_a_day_and_hours_are_changed_and_the_other_days_follow(office):
    session = on("5 09:00-17:00", "7 10:00-15:00")
    answer = move(office, session, start_date="2030-04-06", begins="08:30")
    assert days_of(session) == ["6 08:30-17:00", "8 10:00-15:00"]
    assert "Moved: " in answer.content.decode()


def test_nobody_is_booked_so_it_is_moved_at_once_and_back(office):
    yard, hall = Place.objects.create(name="Yard"), Place.objects.create(name="Hall")
    room = Room.objects.create(place=yard, name="Bay", capacity=9)
    session = on("5 09:00-17:00")
    Session.objects.filter(pk=session.pk).update(place=yard, room=room)
    session.days.update(room=room)
    answer = move(office, session, start_date="2030-04-20", place=str(hall.pk))
    there = Session.objects.get(pk=session.pk)
    assert (days_of(session), there.place, there.room) == (["20 09:00-17:00"], hall, None)
    assert "It is back on" in undo(office, answer)
    there = Session.objects.get(pk=session.pk)
    assert (days_of(session), there.place, there.room) == (["5 09:00-17:00"], yard, room)


def test_what_clashes_is_named_before_it_is_asked_whom_to_tell(office):
    trainer = make.trainer(name="Harding")
    session, other = on("5 09:00-17:00"), on("9 09:00-17:00")
    for one in (session, other):
        Session.objects.filter(pk=one.pk).update(trainer=trainer)
        one.days.update(trainer=trainer)
    make.confirmed_booking(session=Session.objects.get(pk=session.pk))
    answer = move(office, session, start_date="2030-04-09")
    assert answer.status_code == 422
    assert "hear" not in answer.context
    assert "Harding" in answer.content.decode()
    assert days_of(session) == ["5 09:00-17:00"]


def test_those_booked_are_named_first_and_told_unless_it_is_taken_back(office):
    session = on("5 09:00-17:00")
    make.confirmed_booking(session=session, buyer=make.person(name="Ada Byron", email="ada@example.com"))
    asked = move(office, session, start_date="2030-04-06")
    assert "Ada Byron" in asked.content.decode()
    assert days_of(session) == ["5 09:00-17:00"]
    agreed = {"start_date": "2030-04-06", "agreed": asked.context["form"].plan_key}
    moved = move(office, session, **agreed)
    assert days_of(session) == ["6 09:00-17:00"]
    assert "Nobody is told" in undo(office, moved)
    do_what_is_due(after=QUIET + timedelta(seconds=1))
    make.deliver_all()
    assert not Message.objects.filter(kind="bookings/moved").exists()

    moved = move(office, session, **agreed)
    do_what_is_due(after=QUIET + timedelta(seconds=1))
    make.deliver_all()
    assert Message.objects.filter(kind="bookings/moved", to="ada@example.com").count() == 1
    assert "Those booked know of it by now" in undo(office, moved)
    assert days_of(session) == ["6 09:00-17:00"]


def agreed(office, session, **fields):
    """The form sent, and sent again by whoever has read who is told."""
    asked = move(office, session, **fields)
    return move(office, session, **fields, agreed=asked.context["form"].plan_key)


def told_of_it() -> int:
    """How many emails about the move have gone out once their time has come."""
    do_what_is_due(after=QUIET + timedelta(minutes=1))
    make.deliver_all()
    return Message.objects.filter(kind="bookings/moved").count()


def test_who_booked_the_new_date_is_not_moved_by_one_press(office):
    session = on("5 09:00-17:00")
    moved = move(office, session, start_date="2030-04-20")
    make.confirmed_booking(session=Session.objects.get(pk=session.pk))
    page = undo(office, moved)
    assert "Somebody has booked it as it is now" in page
    assert f'href="/alpha/admin/sessions/{session.pk}/move/"' in page  # the form asks first who is told
    assert (days_of(session), told_of_it()) == (["20 09:00-17:00"], 0)


def test_what_people_were_written_meanwhile_is_not_undone_as_if_nobody_knew(office):
    session = on("5 09:00-17:00")
    booking = make.confirmed_booking(session=session)
    moved = agreed(office, session, start_date="2030-04-06")
    send_link(booking_to_tell(booking.pk))
    assert "Those booked were written to meanwhile" in undo(office, moved)
    assert (days_of(session), told_of_it()) == (["6 09:00-17:00"], 1)


def test_whoever_left_meanwhile_keeps_nothing_where_it_is(office):
    session = on("5 09:00-17:00")
    booking = make.confirmed_booking(session=session)
    moved = agreed(office, session, start_date="2030-04-06")
    cancel_booking(booking, by=None)
    assert "Nobody is told" in undo(office, moved)
    assert days_of(session) == ["5 09:00-17:00"]


def test_a_second_move_that_is_undone_says_that_the_first_is_told(office):
    session = on("5 09:00-17:00")
    make.confirmed_booking(session=session)
    agreed(office, session, start_date="2030-04-06")
    page = undo(office, agreed(office, session, start_date="2030-04-07"))
    assert "It is back on Sat 6 Apr 2030. Those booked are told at" in page
    assert told_of_it() == 1


@pytest.mark.parametrize(
    ("at_last", "hear"), [("2030-04-05", {"grace": "6 Apr"}), ("2030-04-07", {"ada": "5 Apr", "grace": "6 Apr"})]
)
def test_who_booked_between_two_moves_hears_of_the_second(office, at_last, hear):
    session = on("5 09:00-17:00")
    make.confirmed_booking(session=session, buyer=make.person(email="ada@example.com"))
    agreed(office, session, start_date="2030-04-06")
    with time_machine.travel(now() + timedelta(seconds=20), tick=True):
        make.confirmed_booking(session=Session.objects.get(), buyer=make.person(email="grace@example.com"))
    with time_machine.travel(now() + timedelta(seconds=40), tick=True):
        page = agreed(office, session, start_date=at_last).content.decode()
        assert "Those booked are told at" in page
        told_of_it()
    mails = Message.objects.filter(kind="bookings/moved")
    assert {mail.to.partition("@")[0] for mail in mails} == set(hear)
    assert all(hear[mail.to.partition("@")[0]] in mail.text for mail in mails)


def test_moved_back_by_the_form_it_says_that_nobody_is_told(office):
    session = on("5 09:00-17:00")
    make.confirmed_booking(session=session)
    agreed(office, session, start_date="2030-04-06")
    page = agreed(office, session, start_date="2030-04-05").content.decode()
    assert "so nobody is told" in page
    assert ("are told" in page, told_of_it()) == (False, 0)


def test_who_has_no_address_is_to_be_called_and_not_said_to_be_told(office):
    session = on("5 09:00-17:00")
    booking = make.confirmed_booking(session=session, contact_name="Ada Byron")
    Person.objects.filter(pk=booking.buyer_id).update(email="")
    moved = agreed(office, session, start_date="2030-04-06")
    page = moved.content.decode()
    assert "To be called, without an email address: Ada Byron." in page
    assert ("are told" in page, told_of_it()) == (False, 0)
    assert "may have been called by now" in undo(office, moved)


def test_a_slip_that_is_undone_changes_neither_when_the_balance_is_due_nor_how_long_seats_are_held(office):
    session = on("5 09:00-17:00")
    paid, held = make.booking(session=session), make.booking(session=session)
    make.pay(paid, amount=36)
    Booking.objects.filter(pk=held.pk).update(hold_expires_at=now() + timedelta(days=3))

    def promised():
        make.deliver_all()
        return [
            (booking.hold_expires_at, booking.order.balance_due_at, booking.session_moved_at)
            for booking in Booking.objects.select_related("order").order_by("pk")
        ]

    before = promised()
    for slip in ("2031-04-05", str((now() + timedelta(days=1)).date())):
        moved = agreed(office, session, start_date=slip)
        make.deliver_all()
        assert "It is back" in undo(office, moved)
        assert promised() == before
    agreed(office, session, start_date="2031-04-05")
    assert told_of_it() == 2
    paid.order.refresh_from_db()
    assert paid.order.balance_due_at.year == 2031


def test_a_slip_that_is_undone_leaves_what_an_earlier_move_gave(office):
    session = on("5 09:00-17:00")
    booking = make.confirmed_booking(session=session)
    agreed(office, session, start_date="2030-04-06")
    told_of_it()
    undo(office, agreed(office, session, start_date="2030-04-07"))
    assert Booking.objects.get(pk=booking.pk).is_free_to_cancel


def test_a_room_that_is_gone_is_said_and_nothing_is_moved(office):
    yard, hall = Place.objects.create(name="Yard"), Place.objects.create(name="Hall")
    room = Room.objects.create(place=yard, name="Bay", capacity=9)
    session = on("5 09:00-17:00")
    Session.objects.filter(pk=session.pk).update(place=yard, room=room)
    session.days.update(room=room)
    moved = move(office, session, place=str(hall.pk))
    room.delete()
    assert "The room where it was is not there any more." in undo(office, moved)
    assert Session.objects.get(pk=session.pk).place == hall


def test_a_move_is_not_undone_over_a_later_one_nor_for_ever(office):
    session, other = on("5 09:00-17:00"), on("5 09:00-17:00")
    first = move(office, session, start_date="2030-04-06")
    move(office, session, start_date="2030-04-07")
    assert "changed again meanwhile" in undo(office, first)
    last = move(office, other, start_date="2030-04-06")
    with time_machine.travel(now() + timedelta(hours=2), tick=True):
        office.sign_in(make.user("admin"))
        assert "within the last hour" in undo(office, last)
    assert (days_of(session), days_of(other)) == (["7 09:00-17:00"], ["6 09:00-17:00"])


def test_what_undoes_one_session_undoes_no_other(office):
    session, other = on("5 09:00-17:00"), on("5 09:00-17:00")
    page = move(office, session, start_date="2030-04-06").content.decode()
    told = re.search(r'name="from" value="([^"]+)"', page)[1]
    for text in (told, told[:-2], "", "x"):
        answer = office.post(f"/admin/sessions/{other.pk}/move-back/", {"from": text}, follow=True)
        assert "within the last hour" in answer.content.decode()
    assert days_of(other) == ["5 09:00-17:00"]


def test_what_is_over_stays_where_it_is(office):
    session = cancel_session(make.session(), reason="Ill", by=None)
    assert "It stays where it is" in office.get(f"/admin/sessions/{session.pk}/move/").content.decode()
    assert "/move/" not in office.get("/admin/sessions/?when=all").content.decode()


def test_each_row_that_can_be_moved_leads_to_the_form(office, desk):
    session = on("5 09:00-17:00")
    link = f"/admin/sessions/{session.pk}/move/"
    assert link in office.get("/admin/sessions/").content.decode()
    assert link in office.get(f"/admin/sessions/{session.pk}/").content.decode()
    assert link not in desk("sales").get("/admin/sessions/").content.decode()


def test_a_tentative_date_that_is_moved_back_is_decided_when_it_was_to_be(office):
    day = date(2030, 4, 5)
    decide_by = datetime(2030, 4, 4, 9, tzinfo=UTC)
    session = schedule_session(
        course=make.course(), days=make.daily(day, day), minimum=3, decide_by=decide_by, by=None
    )  # fmt: skip
    moved = move(office, session, start_date="2030-04-01")
    session.refresh_from_db()
    assert session.decide_by == session.starts_at < decide_by
    undo(office, moved)
    session.refresh_from_db()
    assert session.decide_by == decide_by
