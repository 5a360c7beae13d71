"""What is to be done later is done once, at its time."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction

from shared_apps.core.ids import uuid7
from shared_apps.core.time import at, now
from shared_apps.events.given_up import count_given_up, given_up, run_again
from shared_apps.events.models import Event
from shared_apps.tenants.services import change_tenant
from shared_apps.timers import services
from shared_apps.timers.models import MOST_ATTEMPTS, Timer
from shared_apps.timers.services import cancel_timer, set_timer, set_timers, timer
from tests import make
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
LONDON = ZoneInfo("Europe/London")
rung: list[UUID] = []
HOUR = timedelta(hours=1)


@timer("tests.ring")
def ring(subject: UUID) -> None:
    rung.append(subject)


@timer("tests.ring_daily")
def ring_daily(subject: UUID) -> None:
    rung.append(subject)
    set_timer("tests.ring_daily", at=now() + timedelta(days=1), subject=subject)


@timer("tests.break")
def break_down(subject: UUID) -> None:
    Event.objects.create(name="tests.half_done")
    raise RuntimeError("no battery")


@pytest.fixture(autouse=True)
def _silence() -> None:
    rung.clear()


def test_it_goes_off_once_and_not_before_its_time():
    cow = uuid7()
    set_timer("tests.ring", at=now() + HOUR, subject=cow)
    do_what_is_due(after=HOUR - timedelta(seconds=2))
    assert rung == []
    do_what_is_due(after=HOUR)
    do_what_is_due(after=2 * HOUR)
    assert rung == [cow]


def test_many_are_set_moved_and_taken_back_at_once():
    cow, calf, bull = sorted(uuid7() for _ in range(3))
    set_timer("tests.ring", at=now() + HOUR, subject=cow)
    set_timer("tests.ring", at=now() + HOUR, subject=calf)
    set_timers("tests.ring", {cow: now() + 2 * HOUR, calf: None, bull: now() + 2 * HOUR})
    do_what_is_due(after=HOUR)
    assert rung == []
    do_what_is_due(after=2 * HOUR)
    assert sorted(rung) == [cow, bull]
    set_timers("tests.ring", {})


def test_set_again_it_is_moved():
    cow = uuid7()
    set_timer("tests.ring", at=now() + HOUR, subject=cow)
    set_timer("tests.ring", at=now() + 3 * HOUR, subject=cow)
    do_what_is_due(after=2 * HOUR)
    assert rung == []
    set_timer("tests.ring", at=now() + HOUR, subject=cow)
    do_what_is_due(after=2 * HOUR)
    do_what_is_due(after=4 * HOUR)
    assert rung == [cow]


def test_once_it_has_gone_off_it_may_be_set_anew_but_not_under_a_key_that_was_used():
    cow = uuid7()
    for _ in range(2):
        set_timer("tests.ring", at=now(), subject=cow)
        do_what_is_due()
    assert len(rung) == 2
    for _ in range(2):
        set_timer("tests.ring", at=now(), subject=cow, once="morning")
        do_what_is_due()
    assert len(rung) == 3


def test_it_is_cancelled_and_rolled_back_with_its_cause():
    cow, calf = uuid7(), uuid7()
    set_timer("tests.ring", at=now(), subject=cow)
    cancel_timer("tests.ring", subject=cow)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        set_timer("tests.ring", at=now(), subject=calf)
        raise ZeroDivisionError
    do_what_is_due(after=HOUR)
    assert rung == []


def test_one_that_sets_itself_goes_on_day_after_day():
    cow = uuid7()
    set_timer("tests.ring_daily", at=now(), subject=cow)
    for days in range(4):
        do_what_is_due(after=timedelta(days=days, minutes=days))
    assert len(rung) == 4
    assert Timer.objects.waiting().count() == 1


def test_one_that_fails_leaves_nothing_waits_longer_each_time_and_is_given_up_for_a_person(tenant, client_of):
    set_timer("tests.break", at=now(), subject=uuid7())
    waits = []
    for _ in range(MOST_ATTEMPTS):
        do_what_is_due()
        waits.append(Timer.objects.get().next_try_at - now())
        Timer.objects.update(next_try_at=now())
    do_what_is_due()
    row = Timer.objects.get()
    assert (row.attempts, row.fired_at) == (MOST_ATTEMPTS, None)
    assert "no battery" in row.error
    assert waits[0] < timedelta(seconds=10)
    assert waits[-1] > timedelta(minutes=50)
    assert not Event.objects.filter(name="tests.half_done").exists()

    assert count_given_up() == 1
    office = client_of(tenant)
    office.sign_in(make.user("owner"))
    page = office.get("/admin/undelivered/").content.decode()
    assert "no battery" in page
    [found] = given_up()
    assert run_again(found.kind, found.pk, by=None) is False
    assert count_given_up() == 0, "it is tried again by itself now"


def test_what_another_release_set_waits_for_that_release():
    set_timer("tests.of_another_release", at=now(), subject=uuid7())
    for _ in range(3):
        do_what_is_due()
        Timer.objects.update(next_try_at=now())
    assert Timer.objects.get().attempts == 0


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_a_time_on_the_clock_comes_once_in_the_night_that_skips_it_and_in_the_one_that_has_it_twice(day):
    """London at half past one: the first night goes from one to two, the second has that hour twice."""
    cow, half_past_one = uuid7(), time(1, 30)
    with time_machine.travel(datetime(day.year, day.month, day.day - 2, 12, tzinfo=UTC), tick=False):
        for offset in (-1, 0, 1):
            moment = at(day + timedelta(days=offset), half_past_one, LONDON)
            set_timer("tests.ring", at=moment, subject=UUID(int=cow.int + offset))
    minutes = []
    clock = datetime(day.year, day.month, day.day - 1, tzinfo=UTC)
    while clock < datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2):
        before = len(rung)
        with time_machine.travel(clock, tick=False):
            do_what_is_due()
        if len(rung) > before:
            minutes.append(clock.astimezone(LONDON))
        clock += timedelta(minutes=15)
    assert len(rung) == len(set(rung)) == 3
    assert [moment.day for moment in minutes] == [day.day - 1, day.day, (day + timedelta(days=1)).day]
    assert [moment.hour for moment in minutes] == [1, 2 if day.month == 3 else 1, 1]


def test_the_timers_of_a_feature_that_is_off_wait_for_it(tenant, monkeypatch):
    kind = services._kinds["tests.ring"]
    monkeypatch.setitem(services._kinds, "tests.ring", services.Kind(kind.name, ring, False, "tenant_apps.bookings"))
    set_timer("tests.ring", at=now(), subject=uuid7())
    change_tenant(tenant=tenant, by=None, features=[])
    do_what_is_due(after=HOUR)
    assert rung == []
    change_tenant(tenant=tenant, by=None, features=["courses"])
    do_what_is_due(after=HOUR)
    assert len(rung) == 1


def test_a_row_that_breaks_keeps_no_other_from_its_turn_and_becomes_a_task(tenant, monkeypatch, happened):
    from tenant_apps.bookings import hold_times as bookings

    good, bad = make.booking(), make.booking()
    usual = bookings.release_claim

    def release(claim):
        if claim.holder_id == bad.pk:
            raise RuntimeError("a seat is stuck")
        usual(claim)

    monkeypatch.setattr(bookings, "release_claim", release)
    do_what_is_due(after=timedelta(days=2))
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == ("expired", "pending")
    Timer.objects.exclude(kind="bookings.expire_hold").delete()
    row = Timer.objects.get()
    assert "stuck" in row.error
    Timer.objects.update(attempts=MOST_ATTEMPTS, next_try_at=now())
    assert [found.kind for found in given_up()] == ["timer"]
    monkeypatch.setattr(bookings, "release_claim", usual)
    with time_machine.travel(now() + timedelta(days=2)):
        run_again("timer", row.pk, by=None)
    bad.refresh_from_db()
    assert bad.status == "expired"
