"""Moving sessions by the form: what was not named stays, nothing is saved for nothing, and who is booked is told."""

from datetime import date, time

import pytest

from shared_apps.core.time import tenant_zone
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.plan import instant, spans
from tenant_apps.scheduling.services import schedule_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def on(*days):
    """A session on such days as `5 09:00-17:00`, of April 2030."""
    zone, made = tenant_zone(), []
    for text in days:
        number, hours = text.split()
        begins, ends = (time.fromisoformat(clock) for clock in hours.split("-"))
        day = date(2030, 4, int(number))
        made.append((instant(day, begins, zone), instant(day, ends, zone)))
    return schedule_session(course=make.course(), days=made, by=None)


def days_of(session):
    return [f"{day.starts_at:%-d %H:%M}-{day.ends_at:%H:%M}" for day in Session.objects.get(pk=session.pk).days.all()]


def change(office, session, **fields):
    """The form as it opens, with some fields changed, sent as a browser does."""
    page = office.get(f"/admin/sessions/{session.pk}/edit/").context["form"]
    given = {name: page[name].value() for name in page.fields}
    given = {name: value for name, value in (given | fields).items() if value not in (None, "", False)}
    given = {name: value.replace("\n", "\r\n") if isinstance(value, str) else value for name, value in given.items()}
    return office.post(f"/admin/sessions/{session.pk}/edit/", given, follow=True)


def test_another_first_day_takes_all_days_along_with_their_gaps_and_hours(office):
    session = on("5 09:00-17:00", "7 10:00-15:00", "9 09:00-17:00")
    rows = set(session.days.values_list("pk", flat=True))
    change(office, session, start_date="2030-04-06")
    assert days_of(session) == ["6 09:00-17:00", "8 10:00-15:00", "10 09:00-17:00"]
    assert set(session.days.values_list("pk", flat=True)) == rows  # registers will hang on them


def test_days_in_a_row_move_onto_each_other_and_keep_their_trainer(office):
    trainer = make.trainer()
    course = make.course(lead_trainer=trainer)
    session = schedule_session(
        course=course, days=spans(date(2030, 4, 8), date(2030, 4, 10), time(9), time(17)), by=None
    )
    change(office, session, start_date="2030-04-09")
    assert days_of(session) == ["9 09:00-17:00", "10 09:00-17:00", "11 09:00-17:00"]
    change(office, session, end_date="2030-04-10")
    assert days_of(session) == ["9 09:00-17:00", "10 09:00-17:00"]
    assert session.days.filter(trainer=trainer, live=True).count() == 2


def test_other_hours_leave_a_day_with_hours_of_its_own_as_it_is(office):
    session = on("5 09:00-17:00", "7 10:00-15:00", "9 09:00-17:00")
    change(office, session, begins="08:30")
    assert days_of(session) == ["5 08:30-17:00", "7 10:00-15:00", "9 08:30-17:00"]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"end_date": "2030-04-12"}, "end_date", "has gaps"),
        ({"only_days": "2030-04-05\n2030-04-03"}, "only_days", "3 April 2030 is before the first day"),
        ({"only_days": "2030-04-05\n2030-04-20", "end_date": "2030-04-09"}, "only_days", "is after the last day"),
        ({"begins": "17:00", "ends": "09:00"}, "ends", "not after the beginning"),
        ({"begins": "09:00", "ends": "09:00"}, "ends", "not after the beginning"),
    ],
)
def test_what_can_t_be_meant_is_refused_with_a_sentence(office, fields, field, words):
    session = on("5 09:00-17:00", "9 09:00-17:00")
    answer = change(office, session, **fields)
    assert answer.status_code == 422
    assert words in answer.context["form"].errors[field][0]
    assert days_of(session) == ["5 09:00-17:00", "9 09:00-17:00"]


def test_a_night_is_a_night_only_when_one_says_so(office):
    session = on("5 09:00-17:00")
    change(office, session, begins="22:00", ends="06:00", ends_next_day="on")
    assert days_of(session) == ["5 22:00-06:00"]
    change(office, session, begins="21:00")
    assert days_of(session) == ["5 21:00-06:00"]


def test_a_single_day_moves_by_its_first_day_alone(office):
    session = on("5 09:00-17:00")
    assert not office.get(f"/admin/sessions/{session.pk}/edit/").context["form"]["end_date"].value()
    change(office, session, start_date="2030-04-20")
    assert days_of(session) == ["20 09:00-17:00"]


def test_nothing_is_called_saved_when_nothing_was_changed(office, happened):
    answer = change(office, on("5 09:00-17:00", "9 09:00-17:00"))
    assert "Nothing was changed." in answer.content.decode()
    assert "session.changed" not in happened()


def test_one_choice_says_who_sees_and_who_books(office):
    session = on("5 09:00-17:00")
    seen = []
    for listing in ("office", "private", "public"):
        change(office, session, listing=listing)
        seen.append(Session.objects.values_list("visibility", "takes_bookings").get())
    assert seen == [("public", False), ("private", False), ("public", True)]


def test_the_form_says_who_will_be_told_before_anything_is_saved(office):
    session = on("5 09:00-17:00")
    make.confirmed_booking(session=session, buyer=make.person(name="Ada Byron"))
    make.booking(session=session, buyer=make.person(name="Grace Hopper", email="grace@example.com"))
    phoned = make.booking(session=session, contact_phone="0117 496 0123")
    phoned.buyer.email = ""
    phoned.buyer.save()

    asked = change(office, session, start_date="2030-04-20")
    page = asked.content.decode()
    assert asked.status_code == 200
    for said in ("Nothing is saved yet", "2 bookings are told", "Ada Byron", "Grace Hopper", "0117 496 0123", "5 Apr"):
        assert said in page
    assert days_of(session) == ["5 09:00-17:00"]

    key = asked.context["form"].plan_key
    other = change(office, session, start_date="2030-04-21", agreed=key, note="The hall is flooded.")
    assert "Nothing is saved yet" in other.content.decode()  # another date than the one they read of
    done = change(office, session, start_date="2030-04-20", agreed=key, note="The hall is flooded.")
    assert "Those booked are told at" in done.content.decode()
    assert days_of(session) == ["20 09:00-17:00"]
    assert not Message.objects.filter(kind="bookings/moved").exists()  # another change may follow


def test_changing_what_concerns_nobody_else_asks_nothing(office):
    session = on("5 09:00-17:00")
    make.confirmed_booking(session=session)
    answer = change(office, session, capacity=14, instructor_notes="Bring the red box")
    assert "Saved." in answer.content.decode()
    session.refresh_from_db()
    assert (session.capacity, session.tell_move_at) == (14, None)


def test_another_date_begins_with_the_last_one_s_details(office):
    course = make.course()
    trainer = make.trainer()
    first = {
        "start_date": "2030-04-05", "begins": "10:00", "ends": "12:00", "capacity": 7, "listing": "office",
        "trainer": trainer.pk, "another": "yes",
    }  # fmt: skip
    answer = office.post(f"/admin/courses/{course.pk}/sessions/new/", first, follow=True)
    form = answer.context["form"]
    shown = [form[name].value() for name in ("begins", "capacity", "listing", "trainer", "start_date")]
    assert shown == [time(10), 7, "office", trainer.pk, None]
