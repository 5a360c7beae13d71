"""Dragging a session: what clashes is named before it is dropped, and the form it leads to is filled in."""

from datetime import date

import pytest

from tenant_apps.scheduling.hours import plan_holiday
from tenant_apps.scheduling.models import Place, Room
from tenant_apps.scheduling.services import schedule_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def on(day, **details):
    first = date(2030, 4, day)
    return schedule_session(course=make.course(title="Boilers"), days=make.daily(first, first), by=None, **details)


def look(office, session, **to):
    answer = office.get(f"/admin/sessions/{session.pk}/look/", to)
    assert answer.status_code == 200
    return answer.json()


def test_a_clash_is_named_before_it_is_dropped_and_nothing_is_written(office):
    trainer = make.trainer(name="Nadia Rahman")
    session = on(5, trainer=trainer)
    on(8, trainer=trainer)
    assert "Nadia Rahman is taken at that time: Boilers" in look(office, session, start_date="2030-04-08")["clash"]
    assert look(office, session, start_date="2030-04-09") == {"clash": "", "advice": []}
    free = look(office, session, start_date="2030-04-08", begins="17:00", ends="20:00")
    assert free == {"clash": "", "advice": []}
    assert session.days.get().starts_at.date() == date(2030, 4, 5)


def test_another_room_a_holiday_and_the_past_are_said_too(office):
    room = Room.objects.create(place=Place.objects.create(name="Yard"), name="Bay")
    on(5, room=room, place=room.place)
    session = on(5, place=room.place)
    assert "Bay is taken" in look(office, session, room=str(room.pk))["clash"]
    plan_holiday(name="Easter", starts_on=date(2030, 4, 8), ends_on=date(2030, 4, 9), by=None)
    assert look(office, session, start_date="2030-04-09") == {
        "clash": "", "advice": ["Easter: closed Mon 8 Apr to Tue 9 Apr."],
    }  # fmt: skip
    assert look(office, session, start_date="2020-04-09")["clash"]
    assert look(office, session, start_date="soon")["clash"]


def test_the_form_of_a_move_is_filled_in_by_its_address_and_saves_what_it_shows(office):
    session = on(5)
    url = f"/admin/sessions/{session.pk}/move/"
    form = office.get(url, {"start_date": "2030-04-09", "begins": "10:00", "ends": "18:00"}).context["form"]
    assert form["start_date"].value() == "2030-04-09"
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    shown = {form._shown_name: form._was_shown() and form.data[form._shown_name]}
    assert office.post(url, {**sent, **shown}).status_code == 302
    day = session.days.get()
    assert (day.starts_at.day, day.starts_at.hour, day.ends_at.hour) == (9, 10, 18)


def test_a_new_session_begins_with_the_day_the_hours_and_the_lane_that_were_chosen(office):
    room, trainer = Room.objects.create(place=Place.objects.create(name="Yard"), name="Bay"), make.trainer()
    given = {"on": "2030-04-09", "begins": "10:15", "ends": "12:00", "room": str(room.pk), "trainer": str(trainer.pk)}
    form = office.get(f"/admin/courses/{make.course().pk}/sessions/new/", given).context["form"]
    shown = {name: str(form[name].value()) for name in ("start_date", "begins", "room", "place", "trainer")}
    assert shown == {
        "start_date": "2030-04-09", "begins": "10:15:00", "room": str(room.pk), "place": str(room.place_id),
        "trainer": str(trainer.pk),
    }  # fmt: skip
    odd = {"on": "soon", "begins": "25:00", "room": "x"}
    assert office.get(f"/admin/courses/{make.course().pk}/sessions/new/", odd).status_code == 200
