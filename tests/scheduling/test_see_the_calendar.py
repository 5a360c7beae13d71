"""The calendar of the office: what is on, in each view, for each role, with few questions to the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.core.time import local
from tenant_apps.scheduling.models import Place, Room, SessionDay
from tenant_apps.scheduling.services import cancel_session, schedule_session
from tests import make
from tests.certificates.conftest import ended_early

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
APRIL = "/admin/calendar/?on=2030-04-05"
VIEWS = ("month", "week", "day", "trainers", "rooms", "vehicles")


def on(day, *, month=4, course=None, **details):
    """A session on that day of 2030, from nine to five."""
    first = date(2030, month, day)
    return schedule_session(course=course or make.course(), days=make.daily(first, first), by=None, **details)


def seen(office, url):
    answer = office.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_what_is_on_in_its_days_and_nothing_else(office, view):
    on(5, course=make.course(title="Boilers"))
    on(5, month=7, course=make.course(title="Meters"))
    page = seen(office, f"{APRIL}&view={view}")
    calendar = page[page.index('id="list"') :]
    assert "Boilers" in calendar
    assert "09:00" in calendar
    assert "Meters" not in calendar


def test_a_day_with_much_on_it_says_how_much_more_and_leads_to_all_of_it(office):
    for n in range(6):
        on(5, course=make.course(title=f"Course number {n}"))
    month = seen(office, f"{APRIL}&view=month")
    assert "3 more" in month
    assert "?view=day&amp;on=2030-04-05" in month
    day = seen(office, f"{APRIL}&view=day")
    assert all(f"Course number {n}" in day[day.index('id="list"') :] for n in range(6))


def test_a_month_counts_its_own_sessions_and_not_those_of_the_days_around_it(office):
    on(5)
    on(1, month=5)
    month = seen(office, f"{APRIL}&view=month")
    assert 'data-day="2030-05-01"' in month
    assert "1 session" in month
    assert "2 sessions" not in month


def test_what_was_ended_early_is_not_ahead_any_more(office):
    session = ended_early()
    shown = [
        f"/admin/sessions/{session.pk}/" in seen(office, f"/admin/calendar/?view=day&on={local(day.starts_at).date()}")
        for day in session.days.order_by("starts_at")
    ]
    assert shown[0]
    assert not shown[-1]  # the second may show the first one, late in the evening
    assert str(session.pk) not in seen(office, "/admin/sessions/")
    assert str(session.pk) in seen(office, "/admin/sessions/?when=past")


def test_the_calendar_is_narrowed_by_its_address(office):
    yard = Place.objects.create(name="Yard")
    trainer = make.trainer(name="Nadia Rahman")
    boilers = on(5, course=make.course(title="Boilers"))
    on(5, course=make.course(title="Meters"), place=yard, trainer=trainer)
    cancel_session(boilers, reason="No gas", by=None)

    def shown(query):
        page = seen(office, f"{APRIL}&view=month&{query}")
        calendar = page[page.index('id="list"') :]
        return [title for title in ("Boilers", "Meters") if title in calendar]

    assert shown("") == ["Meters"]
    assert shown(f"trainer={trainer.pk}") == ["Meters"]
    assert shown(f"trainer={make.trainer().pk}") == []
    assert shown(f"place={yard.pk}") == ["Meters"]
    assert shown(f"course={boilers.course_id}") == []
    assert shown("status=cancelled") == ["Boilers"]
    assert office.get(f"{APRIL}&view=fortnight").status_code == 400


def test_a_trainer_sees_their_own_week_and_no_lanes(desk):
    account = make.user("trainer")
    trainer = make.trainer(user=account)
    on(5, course=make.course(title="Boilers", lead_trainer=trainer))
    on(5, course=make.course(title="Meters"))
    page = seen(desk(user=account), APRIL)
    assert "Boilers" in page
    assert "Meters" not in page
    assert "view=trainers" not in page


def test_a_month_with_four_hundred_days_of_sessions_asks_eight_times_at_most(office):
    begins, course = datetime(2030, 4, 1, 8, tzinfo=UTC), make.course()
    yard = Place.objects.create(name="Yard")
    for n in range(20):
        days = [begins + timedelta(days=d) for d in range(20)]
        room, trainer = Room.objects.create(place=yard, name=f"Bay {n}"), make.trainer()
        spans = [(day, day + timedelta(hours=7)) for day in days]
        schedule_session(course=course, days=spans, by=None, room=room, place=yard, trainer=trainer)
    assert SessionDay.objects.count() == 400
    for view in VIEWS:
        url = f"{APRIL}&view={view}"
        seen(office, url)
        with CaptureQueriesContext(connection) as asked:
            seen(office, url)
        assert len(asked) <= 8, (view, [one["sql"][:160] for one in asked])
