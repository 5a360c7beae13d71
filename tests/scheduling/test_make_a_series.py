"""A series from a rule: looked at, put on the calendar all or none, made longer, and off it again by one button."""

import re
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import localtime

from shared_apps.events.models import Event
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.errors import SomeCantBe
from tenant_apps.scheduling.hours import WeeklySpan, plan_holiday, set_weekly_hours
from tenant_apps.scheduling.models import Place, Room, Session, SessionDay, SessionSeries
from tenant_apps.scheduling.rescheduling import replace_session
from tenant_apps.scheduling.series import dates_of, extend_series, place_in_series
from tenant_apps.scheduling.services import cancel_session, schedule_session, update_session
from tests import make
from tests.support.web import tight

pytestmark = pytest.mark.django_db
MONDAY = date(2030, 3, 4)
WEEK = timedelta(weeks=1)


def page(course):
    return f"/admin/courses/{course.pk}/sessions/series/"


def form(**fields):
    sent = {
        "weekdays": ["0"], "starts_on": MONDAY.isoformat(), "every": 1, "count": 4, "begins": "18:00", "ends": "20:00",
        "capacity": 8, "listing": "public", "skips_holidays": "on", **fields,
    }  # fmt: skip
    return {name: value for name, value in sent.items() if value is not None}


def look(office, course, **fields):
    answer = office.post(page(course), form(**fields), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return tight(answer.content.decode())


def when(rows=None):
    rows = Session.objects.order_by("starts_at") if rows is None else rows
    return [f"{localtime(one.starts_at):%Y-%m-%d %H:%M}" for one in rows]


def undo(office, answer):
    page = answer.content.decode()
    url = re.search(r'action="[^"]*(/admin/series/[^"]+/take-back/)"', page)
    return office.post(url[1], {"session": re.findall(r'name="session" value="([^"]+)"', page)}, follow=True)


def test_two_evenings_a_week_over_a_change_of_the_clocks_without_the_holidays(office):
    trainer, room = make.trainer(), Room.objects.create(place=Place.objects.create(name="Yard"), name="Hall")
    course = make.course()
    plan_holiday(name="Easter", starts_on=date(2030, 3, 27), ends_on=date(2030, 4, 1), by=None)
    sent = form(weekdays=["0", "3"], count=8, starts_on="2030-03-18", trainer=trainer.pk, room=room.pk, price="95")
    answer = office.post(page(course), sent, follow=True)
    assert when() == [
        "2030-03-18 18:00", "2030-03-21 18:00", "2030-03-25 18:00", "2030-04-04 18:00", "2030-04-08 18:00",
        "2030-04-11 18:00", "2030-04-15 18:00", "2030-04-18 18:00",
    ]  # fmt: skip
    series = SessionSeries.objects.get()
    for session in Session.objects.all():
        assert (session.series, session.trainer, session.room, session.price) == (series, trainer, room, 95)
        assert not session.is_own_way
    shown = tight(answer.content.decode())
    assert "Every Monday and Thursday, 18:00–20:00" in shown
    assert shown.count("skipped: Easter") == 2


def test_looking_names_each_date_and_writes_nothing(office):
    trainer, course = make.trainer(name="Nadia Rahman"), make.course()
    set_weekly_hours(trainer, spans=[WeeklySpan(0, time(9), time(19))], by=None)
    plan_holiday(name="Spring break", starts_on=MONDAY + WEEK, ends_on=MONDAY + WEEK, by=None)
    taken = make.daily(MONDAY + 2 * WEEK, MONDAY + 2 * WEEK, "19:00", "21:00")
    schedule_session(course=make.course(title="Boilers"), days=taken, trainer=trainer, by=None)
    before = (Session.objects.count(), Event.objects.count(), SessionDay.objects.count())
    shown = look(office, course, trainer=trainer.pk)
    assert (Session.objects.count(), Event.objects.count(), SessionDay.objects.count()) == before
    assert shown.count("data-day=") == 5
    assert "skipped: Spring break" in shown
    assert "Nadia Rahman is taken at that time: Boilers, Mon 18 Mar 2030, 19:00–21:00." in shown
    assert shown.count("Outside the weekly hours of Nadia Rahman") == 3
    assert "4 sessions" in shown


def test_one_clash_keeps_all_back_and_it_can_be_left_out(office):
    trainer, course = make.trainer(), make.course()
    taken = make.daily(MONDAY + WEEK, MONDAY + WEEK, "19:00", "21:00")
    schedule_session(course=make.course(title="Boilers"), days=taken, trainer=trainer, by=None)
    answer = office.post(page(course), form(trainer=trainer.pk))
    assert answer.status_code == 422
    assert "Boilers" in answer.content.decode()
    assert not course.sessions.exists()
    assert not SessionSeries.objects.exists()
    without = office.post(page(course), form(trainer=trainer.pk, leave_out="yes"))
    assert without.status_code == 200
    assert without.context["form"]["skipped"].value() == (MONDAY + WEEK).isoformat()
    assert not course.sessions.exists()
    office.post(page(course), form(trainer=trainer.pk, skipped=without.context["form"]["skipped"].value()))
    assert when(course.sessions.order_by("starts_at")) == [
        f"{MONDAY + n * WEEK} 18:00" for n in (0, 2, 3, 4)
    ]  # fmt: skip


def test_a_clash_that_only_the_database_sees_leaves_nothing_half_made(tenant_here):
    """The look is fooled, as when somebody else is quicker; what the database refuses takes all of it back."""
    trainer, course = make.trainer(), make.course()
    taken = make.daily(MONDAY + 3 * WEEK, MONDAY + 3 * WEEK, "19:00", "21:00")
    schedule_session(course=make.course(), days=taken, trainer=trainer, by=None)
    events = Event.objects.count()
    with pytest.raises(SomeCantBe):
        make.series(course=course, first=MONDAY, trainer=trainer)
    assert not course.sessions.exists()
    assert not SessionSeries.objects.exists()
    assert not SessionDay.objects.filter(session__course=course).exists()
    assert Event.objects.count() == events


def test_an_hour_that_a_night_skips_is_named_and_refused(office):
    course = make.course()
    sent = {"weekdays": ["6"], "starts_on": "2030-03-24", "count": 2, "begins": "01:30", "ends": "05:00"}
    assert "The clocks change on 31 March 2030" in look(office, course, **sent)
    assert office.post(page(course), form(**sent)).status_code == 422
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["9"]}, "weekdays"),
        ({"count": None}, "count"),
        ({"until": "2030-06-01"}, "count"),
        ({"count": "105"}, "count"),
        ({"count": "0"}, "count"),
        ({"count": None, "until": "2030-03-01"}, "until"),
        ({"every": "13"}, "every"),
        ({"ends": "17:00"}, "ends"),
        ({"skipped": "next week"}, "skipped"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"starts_on": "9999-12-31"}, "starts_on"),
        ({"capacity": "0"}, "capacity"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(office, wrong, field):
    answer = office.post(page(make.course()), form(**wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Session.objects.exists()


def test_dates_that_are_over_are_named(office):
    answer = office.post(page(make.course()), form(starts_on="2020-01-06"))
    assert answer.status_code == 422
    assert "lies in the future" in answer.content.decode()


def test_pressed_twice_it_is_there_once_and_another_one_of_the_same_is_asked_about(office):
    course = make.course()
    key = re.search(r'name="form_key"\s+value="([^"]+)"', office.get(page(course)).content.decode())[1]
    for _press in range(2):
        assert office.post(page(course), form(form_key=key)).status_code == 302
    assert (Session.objects.count(), SessionSeries.objects.count()) == (4, 1)
    again = office.post(page(course), form())
    assert again.status_code == 422
    assert 'name="beside"' in again.content.decode()
    assert office.post(page(course), form(beside="yes")).status_code == 302
    assert SessionSeries.objects.count() == 2


def test_one_button_takes_it_all_back_while_nobody_has_booked(office):
    course = make.course()
    answer = office.post(page(course), form(), follow=True)
    make.booking(session=Session.objects.order_by("starts_at").last())
    assert "Somebody booked one of them meanwhile" in undo(office, answer).content.decode()
    assert (Session.objects.count(), SessionSeries.objects.count()) == (4, 1)
    other = make.course()
    answer = office.post(page(other), form(), follow=True)
    undo(office, answer)
    assert not other.sessions.exists()
    assert SessionSeries.objects.count() == 1


def test_a_hundred_and_four_are_made_and_taken_back_at_once(office):
    course = make.course()
    answer = office.post(page(course), form(weekdays=["0", "3"], count="104"), follow=True)
    assert course.sessions.count() == 104
    undo(office, answer)
    assert not course.sessions.exists()


def test_what_a_colleague_added_since_stays_when_mine_is_undone(office):
    course = make.course()
    first = office.post(page(course), form(), follow=True)
    series = SessionSeries.objects.get()
    more = office.post(f"/admin/series/{series.pk}/extend/", {"more": 2}, follow=True)
    theirs = {one.pk for one in extend_series(series, more=3, by=make.user("admin"))}
    assert "2 sessions are off the calendar again" in undo(office, more).content.decode()
    assert series.sessions.count() == 7
    undo(office, first)
    assert {one.pk for one in series.sessions.all()} == theirs
    series.refresh_from_db()
    assert series.count == 3


def test_four_more_follow_as_the_series_is_by_now_and_go_again(office):
    course = make.course()
    answer = office.post(page(course), form(), follow=True)
    series = SessionSeries.objects.get()
    plan_holiday(name="May", starts_on=date(2030, 4, 8), ends_on=date(2030, 4, 8), by=None)
    url = f"/admin/series/{series.pk}/extend/"
    seen = office.post(url, {"more": 2}, headers={"HX-Request": "true"})
    assert "skipped: May" in tight(seen.content.decode())
    assert Session.objects.count() == 4
    answer = office.post(url, {"more": 2}, follow=True)
    assert when()[4:] == ["2030-04-01 18:00", "2030-04-15 18:00"]
    series.refresh_from_db()
    assert series.count == 6
    undo(office, answer)
    series.refresh_from_db()
    assert (Session.objects.count(), series.count) == (4, 4)
    for wrong in ("0", "105", "101", "x"):
        assert office.post(url, {"more": wrong}).status_code == 422
    assert Session.objects.count() == 4


def test_it_goes_on_on_the_clock_that_it_was_made_on(office):
    """The provider was in New York then."""
    series = make.series(first=MONDAY)
    for model in (SessionSeries, Session, SessionDay):
        model.objects.update(time_zone="America/New_York")
    url = f"/admin/series/{series.pk}/extend/"
    assert "18:00–20:00" in tight(office.post(url, {"more": 1}, headers={"HX-Request": "true"}).content.decode())
    office.post(url, {"more": 1})
    made = Session.objects.order_by("starts_at").last()
    assert (made.zone.key, made.days.get().zone.key) == ("America/New_York", "America/New_York")
    assert made.starts_at.astimezone(ZoneInfo("America/New_York")).time() == time(18)
    assert made.series_date == MONDAY + 4 * WEEK
    assert not made.is_own_way


def test_who_left_is_not_on_what_is_added_and_the_page_says_so(office):
    lead, helper = make.trainer(name="Grace Hopper"), make.trainer(name="Ada King")
    series = make.series(trainer=lead, co_trainers=[helper])
    url = f"/admin/series/{series.pk}/extend/"
    assert "does not teach" not in office.get(url).content.decode()
    Trainer.objects.filter(pk=lead.pk).update(active=False)
    assert "Grace Hopper does not teach any more, and is not on the new sessions." in tight(
        office.get(url).content.decode()
    )
    office.post(url, {"more": 1})
    made = Session.objects.order_by("starts_at").last()
    assert (made.trainer, made.co_trainers) == (None, [helper])
    assert set(series.sessions.exclude(pk=made.pk).values_list("trainer", flat=True)) == {lead.pk}


def test_it_is_one_of_so_many_on_its_page_and_in_the_list(office):
    series = make.series()
    second = series.sessions.order_by("series_date")[1]
    other = make.session()
    shown = tight(office.get(f"/admin/sessions/{second.pk}/").content.decode())
    assert "2 of 4, every Monday" in shown
    listed = office.get(f"/admin/sessions/?series={series.pk}").context["page"]
    assert {row.pk for row in listed} == set(series.sessions.values_list("pk", flat=True))
    assert other.pk not in {row.pk for row in listed}
    assert office.get("/admin/sessions/?series=x").status_code == 400


@pytest.fixture
def tenant_here(tenant):
    return tenant


@pytest.mark.usefixtures("tenant")
def test_one_that_is_changed_by_itself_stays_in_its_series_and_comes_back_to_it():
    session = make.series().sessions.order_by("series_date")[1]
    assert update_session(session, by=None, instructor_notes="Bring the red box")
    session.refresh_from_db()
    assert not session.is_own_way
    update_session(session, by=None, capacity=3)
    session.refresh_from_db()
    assert session.is_own_way
    assert place_in_series(session) == (2, 4)
    update_session(session, by=None, capacity=session.series.capacity)
    session.refresh_from_db()
    assert not session.is_own_way


@pytest.mark.usefixtures("tenant")
def test_one_that_is_put_on_another_date_or_called_off_keeps_its_place():
    series = make.series()
    _first, second, third, _last = series.sessions.order_by("series_date")
    later = make.today() + timedelta(days=300)
    new = replace_session(second, days=make.daily(later, later), reason="", by=make.user("admin"))
    cancel_session(third, reason="", by=None)
    new.refresh_from_db()
    assert (new.series, new.series_date, new.is_own_way) == (series, second.series_date, True)
    assert place_in_series(new) == (2, 4)
    dates = dates_of(series, Session.objects.all())
    assert len(dates) == 5
    made = extend_series(series, more=1, by=None)
    assert made[0].series_date == third.series_date + 2 * WEEK


def test_a_trainer_sees_the_series_that_they_teach_and_changes_nothing(desk):
    account = make.user("trainer")
    mine = make.series(trainer=make.trainer(user=account))
    theirs = make.series(trainer=make.trainer())
    browser = desk(user=account)
    assert browser.get(f"/admin/series/{mine.pk}/").status_code == 200
    assert browser.get(f"/admin/series/{theirs.pk}/").status_code == 404
    first = mine.sessions.first()
    for url in (
        f"/admin/series/{mine.pk}/extend/", f"/admin/series/{mine.pk}/take-back/",
        f"/admin/sessions/{first.pk}/following/", f"/admin/sessions/{first.pk}/following/remove/",
    ):  # fmt: skip
        assert browser.post(url, {"more": 1}).status_code == 404
    assert mine.sessions.count() == 4
