"""A series of sessions by API: looked at, made once, and refused by the names of its fields."""

from datetime import date, timedelta

import pytest

from shared_apps.tenants.context import tenant_context
from tenant_apps.scheduling.hours import plan_holiday
from tenant_apps.scheduling.models import Session, SessionSeries
from tenant_apps.scheduling.services import schedule_session
from tests import make

pytestmark = pytest.mark.django_db
MONDAY = date(2030, 3, 4)


@pytest.fixture
def office(tenant, api):
    return api(tenant, make.user("admin"))


def body(course, **fields):
    sent = {
        "courseId": str(course.pk), "startTime": "18:00", "endTime": "20:00", "availableSpots": 12,
        "weekdays": ["mon", "thu"], "from": MONDAY.isoformat(), "count": 4, **fields,
    }  # fmt: skip
    return {name: value for name, value in sent.items() if value is not None}


def test_it_is_looked_at_first_with_what_clashes(office):
    trainer = make.trainer(name="Nadia Rahman")
    days = make.daily(MONDAY + timedelta(days=3), MONDAY + timedelta(days=3), "19:00", "21:00")
    schedule_session(course=make.course(title="Boilers"), days=days, trainer=trainer, by=None)
    answer = office.post("/sessions/series", body(make.course(), trainerId=str(trainer.pk), preview=True))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["seriesId"] is None
    assert [one["date"] for one in said["results"]] == ["2030-03-04", "2030-03-07", "2030-03-11", "2030-03-14"]
    assert [bool(one["clash"]) for one in said["results"]] == [False, True, False, False]
    assert "Boilers" in said["results"][1]["clash"]
    assert Session.objects.count() == 1
    refused = office.post("/sessions/series", body(make.course(), trainerId=str(trainer.pk)))
    assert (refused.status_code, refused.json()["code"]) == (409, "some_sessions_cant_be")
    assert "Boilers" in refused.json()["refused"][0]
    assert Session.objects.count() == 1


def test_it_is_made_once_however_often_it_is_sent(office):
    course = make.course()
    sent = body(course, skip=["2030-03-07"], everyWeeks=2, preview=False)
    for _again in range(2):
        answer = office.post("/sessions/series", sent, key="series-1")
        assert answer.status_code == 201, answer.content
    said = answer.json()
    assert [one["date"] for one in said["results"]] == ["2030-03-04", "2030-03-18", "2030-03-21", "2030-04-01"]
    assert said["skipped"] == [{"date": "2030-03-07", "reason": "left out"}]
    assert {one["sessionId"] for one in said["results"]} == {
        str(pk) for pk in course.sessions.values_list("pk", flat=True)
    }
    assert SessionSeries.objects.count() == 1
    listed = office.get(f"/sessions?series={said['seriesId']}").json()["results"]
    assert {one["seriesId"] for one in listed} == {said["seriesId"]}
    assert len(listed) == 4


def test_times_are_those_of_the_clock_and_holidays_are_skipped_on_request(office):
    plan_holiday(name="Easter", starts_on=date(2030, 3, 28), ends_on=date(2030, 4, 1), by=None)
    sent = body(make.course(), weekdays=["mon"], until="2030-04-08", count=None, **{"from": "2030-03-25"})
    plain = office.post("/sessions/series", sent | {"preview": True}).json()
    assert [one["startsAt"] for one in plain["results"]] == [
        "2030-03-25T18:00:00Z", "2030-04-01T18:00:00+01:00", "2030-04-08T18:00:00+01:00",
    ]  # fmt: skip
    assert "Easter" in plain["results"][1]["warnings"][0]
    without = office.post("/sessions/series", sent | {"preview": True, "skipHolidays": True}).json()
    assert [one["date"] for one in without["results"]] == ["2030-03-25", "2030-04-08"]
    assert without["skipped"] == [{"date": "2030-04-01", "reason": "Easter"}]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"courseId": None}, "courseId"),
        ({"courseId": "00000000-0000-7000-8000-000000000000"}, "courseId"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["monday"]}, "weekdays[0]"),
        ({"from": None}, "from"),
        ({"from": "2030-02-30"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"from": "9999-12-31"}, "from"),
        ({"count": 105}, "count"),
        ({"count": 0}, "count"),
        ({"count": None}, "count"),
        ({"until": "2030-06-01"}, "count"),
        ({"count": None, "until": "2030-03-01"}, "until"),
        ({"count": None, "until": "2039-03-01"}, "until"),
        ({"count": None, "until": "2033-03-01"}, "until"),
        ({"endTime": "17:00"}, "endTime"),
        ({"endTime": "25:00"}, "endTime"),
        ({"endsNextDay": True}, "endsNextDay"),
        ({"everyWeeks": 13}, "everyWeeks"),
        ({"skip": ["soon"]}, "skip"),
        ({"skip": ["2030-03-07"] * 201}, "skip"),
        ({"availableSpots": 0}, "availableSpots"),
        ({"bogus": 1}, "bogus"),
    ],
)
def test_what_cannot_be_is_a_400_that_names_the_field(office, wrong, field):
    answer = office.post("/sessions/series", body(make.course(), **wrong))
    assert answer.status_code == 400, answer.content
    assert field in {one["field"] for one in answer.json()["errors"]}, answer.content
    assert not Session.objects.exists()


def test_nobody_but_the_office_plans_and_another_providers_course_is_not_there(tenant, beta, api):
    course = make.course()
    trainer = api(tenant, make.user("trainer"))
    assert trainer.post("/sessions/series", body(course)).status_code in (403, 404)
    assert api(tenant).post("/sessions/series", body(course)).status_code == 401
    with tenant_context(beta):
        other = api(beta, make.user("admin"))
    refused = other.post("/sessions/series", body(course))
    assert refused.status_code == 400
    assert not Session.objects.exists()
