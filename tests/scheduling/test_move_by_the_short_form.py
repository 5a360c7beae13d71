"""Moving a session in a short form: what clashes and who is told is said first; until they are told it is undone."""

import re
from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.models import Place, Room, Session
from tenant_apps.scheduling.moves import QUIET
from tenant_apps.scheduling.services import cancel_session
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
