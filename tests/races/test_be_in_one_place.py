"""A trainer, a room or a vehicle that many people put on the calendar at the same time is in one place at a time."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from shared_apps.accounts import tokens
from shared_apps.tenants.context import tenant_context
from tenant_apps.scheduling import team
from tenant_apps.scheduling.errors import Clash
from tenant_apps.scheduling.models import Place, Room, Session, SessionDay, TeamDay, Vehicle
from tenant_apps.scheduling.services import schedule_session, update_session
from tests import make
from tests.support.crowd import poster, together

pytestmark = pytest.mark.django_db(transaction=True)
SHARED = ["trainer", "room", "vehicle"]
ROLES = ["trainerId", "coTrainerIds", "assessorId"]


WITHOUT_THE_RULE = "ALTER TABLE scheduling_teamday DROP CONSTRAINT a_trainer_is_never_in_two_places"


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
    table = "scheduling_teamday" if what == "trainer" else "scheduling_sessionday"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FROM {table} a JOIN {table} b
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
        cursor.execute(WITHOUT_THE_RULE)

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


# --- A team: one person on several, in different roles, and several people on each -------------------


def everybody_names_one_person(alpha, address, count):
    """So many put sessions on the calendar at one time, on each of which the same person has some role; the answers."""
    with tenant_context(alpha):
        one, course = str(make.trainer().pk), make.course()
        token = tokens.issue(make.user("admin"))["access_token"]
    start = f"{timezone.localdate() + timedelta(days=30)}"
    when = {"startDate": start, "startTime": "09:00", "endTime": "16:00"}
    url = f"{address}/api/tenant/alpha/courses/{course.pk}/sessions"
    calls = []
    for n in range(count):
        role = ROLES[n % 3]
        body = {**when, role: [one] if role == "coTrainerIds" else one}
        post = poster(url, token)
        calls.append(lambda post=post, body=body: post(body))
    return together(calls)


@pytest.mark.timeout(600)
def test_of_many_who_want_one_person_in_different_roles_exactly_one_wins(alpha, two_web_processes, repeats, finding):
    count = repeats(12, thorough=60)

    answers = everybody_names_one_person(alpha, two_web_processes, count)

    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [201] + [409] * (count - 1)
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"clash"}
    with tenant_context(alpha):
        assert (overlaps("trainer"), Session.objects.count(), TeamDay.objects.count()) == (0, 1, 1)
    finding(
        "One person named as trainer, co-trainer or assessor of many sessions at one time",
        times=count,
        must="exactly one session made, every other request refused with 409, nothing half written",
        found=f"{codes.count(201)} made, {codes.count(409)} refused",
        control="without the exclusion constraint all are made",
    )


def test_the_control_has_one_person_in_different_roles_at_one_time(alpha, two_web_processes):
    with tenant_context(alpha), connection.cursor() as cursor:
        cursor.execute(WITHOUT_THE_RULE)

    answers = everybody_names_one_person(alpha, two_web_processes, 12)

    assert {answer.status_code for answer in answers} == {201}
    with tenant_context(alpha):
        assert overlaps("trainer") > 0


def two_who_move_past_each_other(all_at_once, turns):
    """Two sessions of the same two people, in turned roles, are moved onto each other's time at once, so many turns.

    What each call came to; it stops at the first that was neither done nor refused by a rule.
    """
    ada, ben, course = make.trainer(), make.trainer(), make.course()
    one_time, other_time = (make.daily(make.today() + timedelta(days=n), make.today() + timedelta(days=n + 2))
                            for n in (30, 40))  # fmt: skip
    first = schedule_session(course=course, days=one_time, trainer=ada, co_trainers=[ben], by=None)
    second = schedule_session(course=course, days=other_time, trainer=ben, assessor=ada, by=None)
    found = []
    for _turn in range(turns):
        found += all_at_once(
            [
                lambda: update_session(first, days=other_time, by=None),
                lambda: update_session(second, days=one_time, by=None),
            ]
        )
        if any(isinstance(one, OperationalError) for one in found):
            break
    return found


def test_two_sessions_moved_onto_each_other_s_time_are_refused_and_nobody_waits_for_ever(alpha, all_at_once):
    with tenant_context(alpha):
        found = two_who_move_past_each_other(all_at_once, 8)
        assert {type(one) for one in found} == {Clash}
        assert overlaps("trainer") == 0


def test_the_control_waits_for_one_another(alpha, all_at_once, monkeypatch):
    """Whoever does not lock the time of people first is ended by the database, sooner or later."""
    monkeypatch.setattr(team, "lock_words", lambda words: None)
    with tenant_context(alpha):
        found = two_who_move_past_each_other(all_at_once, 200)
        assert any("deadlock" in str(one) for one in found)


def two_who_name_each_other_s(all_at_once, turns):
    """The same two people are put on two sessions of one time at once, in turned roles; what each call came to."""
    ada, ben = make.trainer(), make.trainer()
    found = []
    for turn in range(turns):
        starts = timezone.now() + timedelta(days=40 + turn)
        days = [(starts + timedelta(hours=3 * n), starts + timedelta(hours=3 * n + 2)) for n in range(4)]
        course = make.course()
        found += all_at_once(
            [
                lambda days=days, course=course, lead=lead, other=other: schedule_session(
                    course=course, days=days, trainer=lead, co_trainers=[other], by=None
                )
                for lead, other in ((ada, ben), (ben, ada))
            ]
        )
        if any(isinstance(one, OperationalError) for one in found):
            break
    return found


def test_of_two_who_want_the_same_two_people_in_turned_roles_one_wins(alpha, all_at_once):
    with tenant_context(alpha):
        found = two_who_name_each_other_s(all_at_once, 8)
        assert [type(one) for one in found].count(Session) == 8
        assert [type(one) for one in found].count(Clash) == 8
        assert overlaps("trainer") == 0
