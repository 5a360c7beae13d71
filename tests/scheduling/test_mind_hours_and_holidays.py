"""Weekly hours, time off and holidays: whoever plans a session against them is warned, and may do it all the same."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tenant_apps.scheduling.advice import advice_on, within
from tenant_apps.scheduling.hours import WeeklySpan, plan_holiday, plan_time_off, set_weekly_hours
from tenant_apps.scheduling.models import Availability, Holiday, Session, TimeOff
from tenant_apps.scheduling.services import schedule_session
from tests import make
from tests.scheduling.test_move_by_the_short_form import move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
FRIDAY = date(2030, 4, 5)
MORNINGS = [WeeklySpan(day, time(9), time(12)) for day in range(5)]


def days(first, begins="09:00", ends="17:00"):
    return make.daily(first, first, begins, ends)


def plan(office, course, **fields):
    form = {
        "start_date": FRIDAY.isoformat(), "begins": "09:00", "ends": "17:00", "capacity": 8, "listing": "public",
        "trainer": str(course.lead_trainer_id), **fields,
    }  # fmt: skip
    return office.post(f"/admin/courses/{course.pk}/sessions/new/", form)


def test_each_thing_that_speaks_against_a_day_is_named():
    trainer = make.trainer(name="Nadia Rahman")
    assert advice_on([trainer], days(FRIDAY)) == []
    set_weekly_hours(trainer, spans=MORNINGS, by=None)
    begins = datetime(2030, 4, 4, 23, tzinfo=UTC)  # midnight in London
    plan_time_off(trainer, starts_at=begins, ends_at=begins + timedelta(days=1), by=None)
    plan_holiday(name="Easter", starts_on=date(2030, 4, 1), ends_on=FRIDAY, by=None)
    assert advice_on([trainer], days(FRIDAY)) == [
        "Easter: closed Mon 1 Apr to Fri 5 Apr.",
        "Nadia Rahman is away from Fri 5 Apr to Fri 5 Apr.",
        "Outside the weekly hours of Nadia Rahman: Fri 5 Apr, 09:00.",
    ]
    assert advice_on([trainer], days(FRIDAY + timedelta(days=3), ends="12:00")) == []
    assert advice_on([], days(FRIDAY + timedelta(days=3))) == []


@pytest.mark.parametrize(
    ("begins", "ends", "fits"),
    [("09:00", "12:00", True), ("09:00", "12:01", False), ("08:59", "10:00", False), ("11:00", "14:00", False)],
)
def test_hours_hold_to_the_minute(begins, ends, fits):
    [(first, last)] = make.daily(FRIDAY, FRIDAY, begins, ends)
    zone = make.session().zone
    assert within(MORNINGS, first.astimezone(zone), last.astimezone(zone)) is fits


def test_a_new_session_on_a_holiday_is_asked_about_once_and_then_made(office):
    course = make.course(lead_trainer=make.trainer())
    plan_holiday(name="Easter", starts_on=FRIDAY, ends_on=FRIDAY, by=None)
    asked = plan(office, course)
    assert "Easter: closed" in asked.content.decode()
    assert not Session.objects.exists()
    assert plan(office, course, heeded=asked.context["form"].advice_key).status_code == 302
    assert Session.objects.count() == 1


def test_a_move_into_time_off_is_asked_about_once_and_then_made(office):
    trainer = make.trainer(name="Nadia Rahman")
    session = schedule_session(course=make.course(), days=days(FRIDAY), trainer=trainer, by=None)
    begins = datetime(2030, 4, 8, 8, tzinfo=UTC)
    plan_time_off(trainer, starts_at=begins, ends_at=begins + timedelta(hours=3), by=None)
    asked = move(office, session, start_date="2030-04-08")
    assert "Nadia Rahman is away" in asked.content.decode()
    assert session.days.get().starts_at.date() == FRIDAY
    move(office, session, start_date="2030-04-08", heeded=asked.context["form"].advice_key)
    assert session.days.get().starts_at.date() == date(2030, 4, 8)


def test_dates_on_a_holiday_are_marked_among_several_and_can_be_saved(office):
    course = make.course(lead_trainer=make.trainer())
    plan_holiday(name="Easter", starts_on=FRIDAY, ends_on=FRIDAY, by=None)
    form = {
        "dates": "2030-04-05\n2030-04-12", "days_long": 1, "begins": "09:00", "ends": "16:30", "capacity": 8,
        "listing": "public", "every": 1,
    }  # fmt: skip
    url = f"/admin/courses/{course.pk}/sessions/several/"
    assert office.post(url, form, headers={"HX-Request": "true"}).content.decode().count("Easter: closed") == 1
    assert office.post(url, form).status_code == 302
    assert course.sessions.count() == 2


def test_a_trainer_writes_down_their_own_hours_and_nobody_elses(desk):
    account = make.user("trainer")
    mine, other = make.trainer(user=account), make.trainer()
    browser = desk(user=account)
    page = f"/admin/trainers/{mine.pk}"
    assert browser.post(f"{page}/hours/", {"day0": "9:00-12:00, 13:00–17:00"}).status_code == 302
    assert [str(row) for row in Availability.objects.all()] == ["09:00–12:00", "13:00–17:00"]
    for wrong in ("from nine", "12:00-09:00", "09:00-12:00, 11:00-13:00"):
        assert browser.post(f"{page}/hours/", {"day0": wrong}).status_code == 422
    assert browser.post(f"{page}/time-off/", {"starts_on": "2030-04-05", "reason": "Wedding"}).status_code == 302
    off = TimeOff.objects.get()
    assert off.ends_at - off.starts_at == timedelta(days=1)
    assert "Wedding" in browser.get(f"{page}/hours/").content.decode()
    assert browser.get(f"/admin/trainers/{other.pk}/hours/").status_code == 404
    assert browser.post(f"/admin/trainers/{other.pk}/time-off/", {"starts_on": "2030-04-05"}).status_code == 404
    assert browser.post(f"{page}/time-off/{off.pk}/drop/").status_code == 302
    assert not TimeOff.objects.exists()


def test_the_calendar_shows_holidays_and_who_is_away_without_the_reason(office, desk):
    office.post("/admin/holidays/", {"name": "Easter", "starts_on": "2030-04-01", "ends_on": "2030-04-03"})
    assert Holiday.objects.get().ends_on == date(2030, 4, 3)
    trainer = make.trainer(name="Nadia Rahman", user=make.user("trainer"))
    begins = datetime(2030, 4, 4, 8, tzinfo=UTC)
    plan_time_off(trainer, starts_at=begins, ends_at=begins + timedelta(hours=8), reason="Surgery", by=None)
    set_weekly_hours(trainer, spans=MORNINGS, by=None)
    for view in ("month", "week", "day", "trainers"):
        page = office.get(f"/admin/calendar/?on=2030-04-04&view={view}").content.decode()
        assert ("Easter" in page) is (view != "day")
        assert "Nadia Rahman is away" in page
        assert "Surgery" not in page
    own = desk(user=trainer.person.user).get("/admin/calendar/?on=2030-04-04").content.decode()
    assert "cal-away" in own
    drop = f"/admin/holidays/{Holiday.objects.get().pk}/drop/"
    assert desk("sales").post(drop).status_code == 404
    assert office.post(drop).status_code == 302
    assert not Holiday.objects.exists()
    other = desk(user=make.trainer(user=make.user("trainer")).person.user)
    assert "away" not in other.get("/admin/calendar/?on=2030-04-04&view=month").content.decode().split('id="list"')[1]


def test_a_copy_on_a_holiday_is_asked_about_once_and_then_made(office):
    session = schedule_session(course=make.course(lead_trainer=make.trainer()), days=days(date(2030, 4, 2)), by=None)
    plan_holiday(name="Easter", starts_on=FRIDAY, ends_on=FRIDAY, by=None)
    url, form = f"/admin/sessions/{session.pk}/duplicate/", {"starts_on": FRIDAY.isoformat()}
    asked = office.post(url, form)
    assert asked.context["advice"] == ["Easter: closed Fri 5 Apr."]
    assert Session.objects.count() == 1
    assert office.post(url, {**form, "heeded": asked.context["form"].advice_key}).status_code == 302
    assert Session.objects.count() == 2
