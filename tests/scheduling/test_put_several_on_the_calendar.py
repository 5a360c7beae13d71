"""Next month's dates in one form: all or none, as the last one was, and off the calendar again by one button."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from shared_apps.core.time import now
from shared_apps.events.models import Event
from tenant_apps.scheduling.models import Place, Room, Session, SessionDay
from tenant_apps.scheduling.services import cancel_session, schedule_session
from tests import make
from tests.support.web import tight

pytestmark = pytest.mark.django_db


def page(course):
    return f"/admin/courses/{course.pk}/sessions/several/"


def day(n):
    return make.today() + timedelta(days=n)


def form(*days, **fields):
    return {
        "dates": "\n".join(one.isoformat() for one in days), "days_long": 1, "begins": "09:00", "ends": "16:30",
        "capacity": 8, "listing": "public", "every": 1, **fields,
    }  # fmt: skip


def begins(rows=None):
    return [localtime(one.starts_at).date() for one in (rows or Session.objects.order_by("starts_at"))]


def test_four_dates_are_four_sessions_that_differ_in_their_dates_alone(office):
    trainer, room = make.trainer(), Room.objects.create(place=Place.objects.create(name="Yard"), name="Hall")
    course = make.course()
    days = [day(40), day(47), day(55), day(61)]
    answer = office.post(page(course), form(*days, days_long=2, trainer=trainer.pk, room=room.pk, price="95"))
    assert answer.status_code == 302
    assert begins() == days
    for session in Session.objects.all():
        assert (session.trainer, session.room, session.place, session.capacity) == (trainer, room, room.place, 8)
        assert session.days.count() == 2
        assert session.price == 95


def test_every_second_week_four_times(office):
    course = make.course()
    office.post(page(course), form(first=day(40).isoformat(), every=2, times=4))
    assert begins() == [day(40), day(54), day(68), day(82)]


def test_times_are_those_of_the_clock_on_both_sides_of_a_change_of_the_clocks(office):
    course = make.course()
    office.post(page(course), form(dates="2030-03-26\n2030-04-02"))
    assert [f"{localtime(one.starts_at):%H:%M}" for one in Session.objects.all()] == ["09:00", "09:00"]


def test_the_form_begins_with_what_the_last_one_was_like(office):
    trainer = make.trainer()
    place = Place.objects.create(name="Yard")
    course = make.course()
    office.post(
        page(course), form(day(40), days_long=3, begins="08:15", place=place.pk, trainer=trainer.pk, capacity=5)
    )
    shown = office.get(page(course)).context["form"]
    said = {name: shown[name].value() for name in ("place", "trainer", "days_long", "capacity", "begins")}
    assert said | {"begins": str(said["begins"])} == {
        "place": place.pk, "trainer": trainer.pk, "days_long": 3, "capacity": 5, "begins": "08:15:00",
    }  # fmt: skip


def taught(trainer, course):
    """The trainer teaches `course` all day, 47 days from now, whatever hour it is."""
    schedule_session(course=course, days=make.daily(day(47), day(47)), trainer=trainer, capacity=8, by=None)


def test_one_that_cannot_be_keeps_all_back_and_says_why(office):
    trainer, course = make.trainer(), make.course()
    taught(trainer, make.course(title="Boilers"))
    answer = office.post(page(course), form(day(40), day(47), day(54), trainer=trainer.pk))
    assert answer.status_code == 422
    text = tight(answer.content.decode())
    assert "Boilers" in text
    assert text.count("data-clash") - text.count('data-clash="') == 1
    assert not course.sessions.exists()
    assert not SessionDay.objects.filter(session__course=course).exists()


def test_they_can_be_saved_without_those_that_cannot_be(office):
    trainer, course = make.trainer(), make.course()
    taught(trainer, make.course())
    office.post(page(course), form(day(40), day(47), day(54), trainer=trainer.pk, without="yes"))
    assert begins(course.sessions.order_by("starts_at")) == [day(40), day(54)]


def test_days_of_one_form_that_clash_with_each_other_are_told_of_too(office):
    trainer, course = make.trainer(), make.course()
    answer = office.post(page(course), form(day(40), day(41), days_long=2, trainer=trainer.pk))
    assert answer.status_code == 422
    assert not Session.objects.exists()


def test_looking_at_dates_writes_nothing(office, happened):
    trainer, course = make.trainer(), make.course()
    taught(trainer, make.course())
    before = (Session.objects.count(), Event.objects.count())
    sent = form(day(40), day(47), trainer=trainer.pk)
    answer = office.post(page(course), sent, headers={"HX-Request": "true"})
    text = tight(answer.content.decode())
    assert answer.status_code == 200
    assert text.count("data-day=") == 2
    assert text.count("is-clash") == 1
    assert (Session.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize(
    "wrong",
    [{"dates": "next Tuesday"}, {"dates": ""}, {"ends": "08:00"}, {"days_long": 0}, {"dates": "2020-01-01"}],
)
def test_what_cannot_be_is_said_and_nothing_is_written(office, wrong):
    course = make.course()
    assert office.post(page(course), form(day(40), **wrong)).status_code == 422
    assert not Session.objects.exists()


def undo_of(office, course):
    text = office.get(f"/admin/courses/{course.pk}/sessions/").content.decode()
    sent = re.search(r'<form method="post" action="[^"]*take-back/"[^>]*>(.*?)</form>', text, re.DOTALL)[1]
    return re.findall(r'name="session" value="([^"]+)"', sent)


def test_one_button_takes_them_all_back_and_the_course_remembers(office):
    course = make.course()
    office.post(page(course), form(day(40), day(47)))
    keys = undo_of(office, course)
    assert len(keys) == 2
    here = f"/admin/courses/{course.pk}/sessions/?when=all&page=1"
    seen = office.get(here).wsgi_request.build_absolute_uri()
    answer = office.post(
        f"/admin/courses/{course.pk}/sessions/take-back/", {"session": keys}, headers={"referer": seen}
    )  # fmt: skip
    assert answer.url.endswith(here)
    assert not Session.objects.exists()
    assert Event.objects.filter(name="course.sessions_taken_back", subject_id=course.pk).count() == 1
    assert office.get("/admin/activity/").status_code == 200


def test_once_somebody_has_booked_one_of_them_all_stay(office):
    course = make.course()
    office.post(page(course), form(day(40), day(47)))
    keys = undo_of(office, course)
    make.booking(session=Session.objects.order_by("starts_at").last())
    answer = office.post(f"/admin/courses/{course.pk}/sessions/take-back/", {"session": keys}, follow=True)
    assert "Somebody booked one of them meanwhile" in answer.content.decode()
    assert Session.objects.count() == 2


def test_sessions_of_another_course_are_not_taken_back_by_this_ones_address(office):
    other = make.session()
    course = make.course()
    office.post(f"/admin/courses/{course.pk}/sessions/take-back/", {"session": [str(other.pk)]})
    assert Session.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("field", ["created_at", "starts_at"])
def test_a_session_of_long_ago_is_not_taken_back(office, field):
    course = make.course()
    office.post(page(course), form(day(40), day(47)))
    keys = undo_of(office, course)
    ago = now() - timedelta(hours=2)
    Session.objects.filter(pk=keys[0]).update(**{field: ago})
    answer = office.post(f"/admin/courses/{course.pk}/sessions/take-back/", {"session": keys}, follow=True)
    assert "within the last hour" in answer.content.decode()
    assert Session.objects.count() == 2


def form_key(office, course):
    return re.search(r'name="form_key"\s+value="([^"]+)"', office.get(page(course)).content.decode())[1]


@pytest.mark.parametrize("with_trainer", [True, False])
def test_pressed_twice_they_are_there_once(office, with_trainer):
    course = make.course()
    sent = form(day(40), day(47), form_key=form_key(office, course))
    if with_trainer:
        sent |= {"trainer": make.trainer().pk, "without": "yes"}
    for _press in range(2):
        answer = office.post(page(course), sent)
        assert answer.status_code == 302
        assert begins() == [day(40), day(47)]
    assert len(undo_of(office, course)) == 2


def test_the_same_form_with_other_dates_is_something_else(office):
    course = make.course()
    key = form_key(office, course)
    office.post(page(course), form(day(40), form_key=key))
    office.post(page(course), form(day(47), form_key=key))
    assert begins() == [day(40), day(47)]


def test_once_taken_back_the_same_form_makes_them_again(office):
    course = make.course()
    sent = form(day(40), day(47), form_key=form_key(office, course))
    office.post(page(course), sent)
    office.post(f"/admin/courses/{course.pk}/sessions/take-back/", {"session": undo_of(office, course)})
    for _press in range(2):
        office.post(page(course), sent)
        assert begins() == [day(40), day(47)]


def test_the_same_dates_from_another_form_are_asked_about_and_not_made_silently(office):
    course = make.course()
    office.post(page(course), form(day(40), day(47), form_key=form_key(office, course)))
    again = form(day(47), day(54), form_key=form_key(office, course))
    answer = office.post(page(course), again)
    text = tight(answer.content.decode())
    assert answer.status_code == 422
    assert f"at these times already: {day(47):%-d %b %Y}" in text
    assert 'name="beside"' in text
    assert begins() == [day(40), day(47)]
    for _press in range(2):
        assert office.post(page(course), again | {"beside": "yes"}).status_code == 302
        assert begins() == [day(40), day(47), day(47), day(54)]


@pytest.mark.parametrize(
    "made",
    [
        {"status": "tentative", "minimum": 2, "decide_by": now()},
        {"status": "draft", "visibility": "private", "takes_bookings": False},
    ],
)
def test_what_is_planned_at_that_time_and_not_certain_is_asked_about_too(office, made):
    course = make.course()
    office.post(page(course), form(day(40), form_key=form_key(office, course)))
    Session.objects.update(**made)
    answer = office.post(page(course), form(day(40), form_key=form_key(office, course)))
    assert answer.status_code == 422
    assert "at these times already" in tight(answer.content.decode())
    assert course.sessions.count() == 1


def test_another_hour_another_course_and_what_was_cancelled_are_nothing_to_ask_about(office):
    course, other = make.course(), make.course()
    office.post(page(course), form(day(40)))
    assert office.post(page(course), form(day(40), begins="17:00", ends="19:00")).status_code == 302
    assert office.post(page(other), form(day(40))).status_code == 302
    for session in course.sessions.all():
        cancel_session(session, by=None, reason="")
    assert office.post(page(course), form(day(40))).status_code == 302
