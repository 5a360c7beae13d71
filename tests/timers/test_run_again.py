"""What was given up and is to be tried anew wakes its provider in time, and is done as at first."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from shared_apps.events.given_up import run_again
from shared_apps.events.models import MOST_ATTEMPTS as MOST_DELIVERIES
from shared_apps.events.models import Delivery
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import WakeUp
from shared_apps.timers.due import do_due_work
from shared_apps.timers.models import MOST_ATTEMPTS, Timer
from shared_apps.timers.services import LEASE, drop_given_up, set_timer, take_given_up, timer
from tests import make
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tenant")]
HOUR = timedelta(hours=1)
in_transaction: list[bool] = []


@timer("tests.fail")
def fail(subject: UUID) -> None:
    raise RuntimeError("still broken")


@timer("tests.go_on_daily")
def go_on_daily(subject: UUID) -> None:
    set_timer("tests.go_on_daily", at=now() + timedelta(days=1), subject=subject)


@timer("tests.ask_outside", outside=True)
def ask_outside(subject: UUID) -> None:
    in_transaction.append(connection.in_atomic_block)
    Timer.objects.bulk_create([Timer.objects.get(subject_id=subject)])  # refused: there is such a row


def given_up_timer(kind: str) -> Timer:
    """One whose last pause is over, at a provider who is woken for nothing any more before tomorrow."""
    subject = uuid7()
    set_timer(kind, at=now(), subject=subject)
    Timer.objects.filter(subject_id=subject).update(attempts=MOST_ATTEMPTS, next_try_at=now() - HOUR)
    do_due_work()
    assert is_woken_by(now() + HOUR) is False
    return Timer.objects.get(subject_id=subject)


def is_woken_by(at: datetime) -> bool:
    with public_context():
        return WakeUp.objects.filter(schema_name="t_alpha", at__lte=at).exists()


def test_one_that_was_given_up_or_dropped_and_is_set_anew_goes_off_in_time():
    for dropped in (False, True):
        row = given_up_timer("tests.fail")
        if dropped:
            drop_given_up(row.pk)
        set_timer("tests.fail", at=now() + timedelta(minutes=2), subject=row.subject_id)
        assert is_woken_by(now() + timedelta(minutes=2))
        Timer.objects.all().delete()


def test_one_that_fails_again_is_tried_again_in_time():
    row = given_up_timer("tests.fail")
    assert run_again("timer", row.pk, by=None) is False
    row.refresh_from_db()
    assert (row.attempts, row.claim) == (1, None)
    assert is_woken_by(row.next_try_at)


def test_one_that_sets_itself_goes_on_in_time():
    row = given_up_timer("tests.go_on_daily")
    assert run_again("timer", row.pk, by=None) is True
    row.refresh_from_db()
    assert row.attempts == 0
    assert row.next_try_at > now() + timedelta(hours=23)
    assert is_woken_by(row.next_try_at)


def test_a_delivery_that_fails_again_is_tried_again_in_time(monkeypatch):
    from tenant_apps.bookings import selling

    make.confirmed_booking()
    do_what_is_due()
    row = Delivery.objects.filter(handler="bookings.confirm_what_was_paid").first()
    Delivery.objects.filter(pk=row.pk).update(done_at=None, attempts=MOST_DELIVERIES, next_try_at=now() - HOUR)
    do_what_is_due()
    with public_context():
        WakeUp.objects.all().delete()
    with monkeypatch.context() as broken:
        broken.setattr(selling, "confirm_paid", None)
        assert run_again("delivery", row.pk, by=None) is False
    row.refresh_from_db()
    assert row.attempts == 1
    assert is_woken_by(row.next_try_at)
    do_what_is_due(after=timedelta(minutes=1))
    row.refresh_from_db()
    assert row.done_at


def test_one_that_nobody_lets_go_off_after_all_is_done_by_itself():
    """Whoever runs it again dies half-way."""
    row = given_up_timer("tests.go_on_daily")
    take_given_up(row.pk)
    assert is_woken_by(now() + LEASE)
    do_what_is_due(after=LEASE)
    row.refresh_from_db()
    assert row.due_at > now() + timedelta(hours=23)


def test_what_asks_the_outside_world_is_run_again_in_no_transaction_and_what_it_did_wrong_is_noted():
    in_transaction.clear()
    row = given_up_timer("tests.ask_outside")
    assert run_again("timer", row.pk, by=None) is False
    assert in_transaction == [False]
    row.refresh_from_db()
    assert row.attempts == 1
    assert "IntegrityError" in row.error
