"""Workers let timers go off, one of them dies, others set timers meanwhile: each goes off once, none is lost."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import connection, transaction

from shared_apps.core.db import connection as typed
from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from shared_apps.events.models import Event
from shared_apps.tenants import wake_ups
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import WakeUp
from shared_apps.tenants.services import resume_tenant, suspend_tenant
from shared_apps.timers.due import do_due_work, next_times
from shared_apps.timers.models import Timer
from shared_apps.timers.services import LEASE, set_timer, timer
from tests import make
from tests.races.bell_ringer import RANG
from tests.support.due import do_what_is_due
from tests.support.servers import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 120


@timer("tests.peal")
def ring(subject: UUID) -> None:
    Event.objects.create(name=RANG, subject_id=subject)


def ring_all(folder, *options, workers=3):
    """Let three processes begin together; their return codes."""
    command = [sys.executable, "-m", "tests.races.bell_ringer", str(folder / "die"), *options]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    ringers = [subprocess.Popen(command, env=env, cwd=ROOT, **pipes) for _ in range(workers)]
    for ringer in ringers:
        assert ringer.stdout.readline() == "ready\n"
    for ringer in ringers:
        ringer.stdin.write("go\n")
        ringer.stdin.flush()
    return [ringer.wait(60) for ringer in ringers]


def rung():
    return Counter(Event.objects.filter(name=RANG).values_list("subject_id", flat=True))


@pytest.fixture
def due(tenant):
    subjects = {uuid7() for _ in range(MANY)}
    for subject in subjects:
        set_timer("tests.peal", at=now(), subject=subject)
    return subjects


def test_three_workers_one_of_them_killed_let_each_go_off_once(due, tmp_path):
    (tmp_path / "die").touch()
    codes = ring_all(tmp_path)
    assert sorted(codes) == [-signal.SIGKILL, 0, 0]
    heard = rung()
    assert set(heard.values()) == {1}
    assert len(heard) == MANY - 1, "what the dead one was at is not half done"
    do_what_is_due(after=LEASE)
    assert rung() == Counter(due)


def test_control_without_a_claim_some_go_off_twice(due, tmp_path):
    ring_all(tmp_path, "naive")
    assert max(rung().values()) > 1, "the control must fail"


def test_one_that_is_moved_while_it_goes_off_does_nothing_until_then(tenant, all_at_once, monkeypatch):
    """Its handler is at work when somebody sets it for later: what it did is taken back."""
    subject = uuid7()

    @timer("tests.ring_slowly")
    def ring_slowly(subject: UUID) -> None:
        Event.objects.create(name=RANG, subject_id=subject)
        all_at_once([lambda: set_timer("tests.ring_slowly", at=now() + timedelta(hours=1), subject=subject)])

    set_timer("tests.ring_slowly", at=now(), subject=subject)
    do_what_is_due()
    assert rung() == Counter()
    assert Timer.objects.get().due_at > now()


# --- Wake-ups --------------------------------------------------------------------------------------


def moments_of(schema):
    with public_context():
        return list(WakeUp.objects.filter(schema_name=schema).order_by("at").values_list("at", flat=True))


def without_a_wake_up():
    """What waits at the present tenant, and when, although nobody will come in time."""
    woken = moments_of(typed.schema_name)
    return [(name, at) for name, at in next_times() if not woken or woken[0] > max(at, now()) + timedelta(seconds=10)]


def set_while_others_look(seed):
    """Timers for all sorts of times, some in transactions that take a while or are rolled back in part."""
    dice = Random(seed)
    for _ in range(40):
        with transaction.atomic():
            for _ in range(dice.randrange(1, 3)):
                at = now() + timedelta(seconds=dice.randrange(-5, 3600))
                set_timer("tests.peal", at=at, subject=uuid7())
            try:
                with transaction.atomic():
                    set_timer("tests.peal", at=now() - timedelta(days=1), subject=uuid7())
                    raise ZeroDivisionError
            except ZeroDivisionError:
                set_timer("tests.peal", at=now() + timedelta(seconds=dice.randrange(1800)), subject=uuid7())
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [dice.random() / 100])
    return "set"


def look_again_and_again():
    for _ in range(40):
        do_due_work()
    return "looked"


def test_however_they_meet_nothing_waits_without_a_wake_up(tenant, all_at_once):
    did = all_at_once(
        [*(lambda seed=seed: set_while_others_look(seed) for seed in range(3)), *[look_again_and_again] * 3]
    )
    assert did == ["set"] * 3 + ["looked"] * 3
    assert Timer.objects.waiting().count() > 100
    assert without_a_wake_up() == []
    assert len(moments_of("t_alpha")) < 200
    do_due_work()
    assert len(moments_of("t_alpha")) == 1, "one look later there is one"


def test_control_whoever_deletes_also_what_came_meanwhile_loses_timers(tenant, all_at_once, monkeypatch):
    """Set and committed between the look at what is due next and the deletion of the wake-ups."""

    def settle(ids, *, next_at):
        all_at_once([lambda: set_timer("tests.peal", at=now() + timedelta(seconds=1), subject=uuid7())])
        usual(ids if careful else _all_ids(), next_at=next_at)

    usual, careful = wake_ups.settle, True
    monkeypatch.setattr(wake_ups, "settle", settle)
    do_due_work()
    assert without_a_wake_up() == []
    Timer.objects.all().delete()
    careful = False
    do_due_work()
    assert without_a_wake_up() != [], "the control must fail"


def _all_ids():
    with public_context():
        return list(WakeUp.objects.values_list("pk", flat=True))


def test_a_savepoint_that_is_rolled_back_takes_only_its_own_wake_up_with_it(tenant):
    do_due_work()
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            set_timer("tests.peal", at=now() + timedelta(seconds=5), subject=uuid7())
            raise ZeroDivisionError
        set_timer("tests.peal", at=now() + timedelta(seconds=50), subject=uuid7())
        set_timer("tests.peal", at=now() + timedelta(seconds=90), subject=uuid7())
    soon = [at for at in moments_of("t_alpha") if at < now() + timedelta(minutes=5)]
    assert len(soon) == 1
    assert without_a_wake_up() == []


def test_two_bookings_of_one_provider_never_wait_for_each_other_s_timers(tenant, all_at_once):
    """The first one's transaction is still open; the second is done all the same."""
    one, other = make.session(), make.session()
    make.booking(session=make.session())  # what is made once only is there
    with transaction.atomic():
        make.booking(session=one)

        def book():
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
            return make.booking(session=other).status

        assert all_at_once([book]) == ["pending"]


def test_each_tenant_that_has_something_due_is_found_once(alpha, beta, all_at_once):
    wake_ups.wake("t_alpha")
    wake_ups.wake("t_beta")
    wake_ups.wake("t_beta", now() + timedelta(hours=1))
    found = all_at_once([wake_ups.lease_due] * 4)
    assert sorted(schema for some in found for schema in some if schema != "public") == ["t_alpha", "t_beta"]
    assert wake_ups.lease_due() == []


def test_a_suspended_tenant_waits_and_catches_up(alpha):
    with tenant_context(alpha):
        set_timer("tests.peal", at=now(), subject=uuid7())
    suspend_tenant(tenant=alpha, by=None)
    assert "t_alpha" not in wake_ups.lease_due()
    resume_tenant(tenant=alpha, by=None)
    assert "t_alpha" in wake_ups.lease_due()


def test_whoever_was_to_do_it_is_gone_and_another_comes_after_a_while(alpha):
    import time_machine

    wake_ups.wake("t_alpha")
    assert "t_alpha" in wake_ups.lease_due()
    assert "t_alpha" not in wake_ups.lease_due()
    with time_machine.travel(now() + wake_ups.LEASE):
        assert "t_alpha" in wake_ups.lease_due()
        with tenant_context(alpha):
            do_due_work()
        assert "t_alpha" not in wake_ups.lease_due()


def test_once_an_hour_everybody_is_looked_at_at_moments_of_their_own(alpha, beta, settings):
    from shared_apps.timers.tasks import look_everywhere

    with public_context():
        WakeUp.objects.all().delete()
        wake_ups.wake("t_gone")
        look_everywhere.apply(throw=True)
        rows = dict(WakeUp.objects.values_list("schema_name", "at"))
    assert set(rows) == {"t_alpha", "t_beta", "public"}
    assert all(now() - timedelta(minutes=1) < at < now() + timedelta(hours=1) for at in rows.values())
    assert rows["t_alpha"] != rows["t_beta"]
