"""A trainer, a room or a vehicle that many people put on the calendar at the same time is in one place at a time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from shared_apps.accounts import tokens
from shared_apps.tenants.context import tenant_context
from tenant_apps.scheduling.models import Place, Room, Session, SessionDay, Vehicle
from tests import make
from tests.support.crowd import poster, together

pytestmark = pytest.mark.django_db(transaction=True)
SHARED = ["trainer", "room", "vehicle"]


def things(what):
    """Something that can be in one place only, as the API calls it, and a course whose sessions want it."""
    if what == "trainer":
        thing = make.trainer()
    elif what == "room":
        thing = Room.objects.create(place=Place.objects.create(name="The yard"), name="Blue")
    else:
        thing = Vehicle.objects.create(name="Red van", registration="AB12 CDE")
    return {f"{what}Id": str(thing.pk)}, make.course()


def overlaps(what):
    """Pairs of live days that want the same thing at the same time, as the database counts them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FROM scheduling_sessionday a JOIN scheduling_sessionday b
              ON a.{what}_id = b.{what}_id AND a.id < b.id AND a.live AND b.live
             AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
            """
        )
        return cursor.fetchone()[0]


def everybody_schedules(alpha, address, what, count):
    """So many put the same thing on the calendar at once, each at another hour of the same few days; the answers."""
    with tenant_context(alpha):
        wanted, course = things(what)
        token = tokens.issue(make.user("admin"))["access_token"]
    first = timezone.localdate() + timedelta(days=40)
    url = f"{address}/api/tenant/alpha/courses/{course.pk}/sessions"
    calls = []
    for n in range(count):
        day, hour = first + timedelta(days=n % 3), 6 + n * 7 % 11
        when = {"startTime": f"{hour:02}:00", "endTime": f"{hour + 3:02}:30", "startDate": f"{day}"}
        when["endDate"] = f"{day + timedelta(days=n % 2)}"
        post = poster(url, token)
        calls.append(lambda post=post, when=when: post({**when, **wanted, "availableSpots": 8}))
    return together(calls)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", SHARED)
def test_of_many_who_schedule_one_thing_at_overlapping_times_only_those_apart_win(
    alpha, two_web_processes, what, repeats, finding
):
    count = repeats(20, thorough=100)

    answers = everybody_schedules(alpha, two_web_processes, what, count)

    codes = [answer.status_code for answer in answers]
    assert set(codes) == {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"clash"}
    with tenant_context(alpha):
        assert overlaps(what) == 0
        assert Session.objects.count() == codes.count(201)
        assert all(session.days.exists() for session in Session.objects.all())
    finding(
        f"One {what} put on the calendar many times at once, at overlapping times",
        times=count,
        must="0 overlaps, every other request refused with 409, nothing half written",
        found=f"0 overlaps; {codes.count(201)} made, {codes.count(409)} refused",
        control="without the exclusion constraint it is in many places",
    )


def test_the_control_is_in_many_places(alpha, two_web_processes):
    """Without the database's own rule the same crowd gets what it asks for."""
    with tenant_context(alpha), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scheduling_sessionday DROP CONSTRAINT a_trainer_is_never_in_two_places")

    answers = everybody_schedules(alpha, two_web_processes, "trainer", 20)

    assert {answer.status_code for answer in answers} == {201}
    with tenant_context(alpha):
        assert overlaps("trainer") > 0


@pytest.mark.parametrize("days", [1, 3])
def test_of_twenty_who_schedule_one_trainer_at_one_time_one_wins(alpha, two_web_processes, days):
    with tenant_context(alpha):
        wanted, course = things("trainer")
        token = tokens.issue(make.user("admin"))["access_token"]
    start = timezone.localdate() + timedelta(days=30)
    when = {"startDate": f"{start}", "endDate": f"{start + timedelta(days=days - 1)}"}
    body = {**when, **wanted, "startTime": "09:00", "endTime": "16:00"}
    url = f"{two_web_processes}/api/tenant/alpha/courses/{course.pk}/sessions"
    posts = [poster(url, token) for _ in range(20)]

    answers = together([lambda post=post: post(body) for post in posts])

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    with tenant_context(alpha):
        assert (Session.objects.count(), SessionDay.objects.count()) == (1, days)
