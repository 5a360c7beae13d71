"""Whatever is due at a provider has its turn: no kind of work, and no row, keeps the others waiting."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from shared_apps.core.db import did_not_answer, is_away
from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from shared_apps.timers.due import do_due_work
from shared_apps.timers.models import Timer
from shared_apps.timers.services import set_timer, timer
from tenant_apps.bookings.models import Booking
from tenant_apps.messaging.models import Message
from tenant_apps.payments.models import Order
from tests import make
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tenant")]
MANY = 30
A_MINUTE = timedelta(minutes=1)
rung: list[UUID] = []


@timer("tests.ring_in_turn")
def ring(subject: UUID) -> None:
    run("SELECT pg_sleep(0.02)")
    rung.append(subject)


@timer("tests.take_too_long")
def take_too_long(subject: UUID) -> None:
    run("SET LOCAL statement_timeout = 20")
    run("SELECT pg_sleep(10)")


@pytest.fixture(autouse=True)
def _nothing_else_is_due() -> None:
    do_what_is_due()
    rung.clear()


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def look_impatiently() -> str:
    run("SET lock_timeout = '200ms'")
    do_due_work()
    return "looked"


def overdue_holds() -> list[Booking]:
    """Two, the longer overdue one first."""
    bookings = [make.booking(), make.booking()]
    do_what_is_due()
    for booking, minutes in zip(bookings, (5, 4), strict=True):
        Booking.objects.filter(pk=booking.pk).update(hold_expires_at=now() - minutes * A_MINUTE)
    return bookings


def queue_emails(number: int) -> None:
    for nobody in range(number):
        Message.objects.create(
            to=f"{nobody}@example.com", subject="News", kind="news", text="x", next_try_at=now() - 10 * A_MINUTE
        )


def emails_sent() -> int:
    return Message.objects.filter(kind="news", status="sent").count()


def status_of(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.status


def test_a_hold_that_waits_for_a_lock_keeps_no_other_waiting_and_is_tried_again(all_at_once):
    first, other = overdue_holds()
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=first.order_id)
        assert all_at_once([look_impatiently]) == ["looked"]
        assert (status_of(first), status_of(other)) == ("pending", "expired")
    assert "lock timeout" in Timer.objects.get(subject_id=first.pk, kind="bookings.expire_hold").error
    do_what_is_due(after=A_MINUTE)
    assert status_of(first) == "expired"


def test_a_timer_whose_query_takes_too_long_is_counted_and_keeps_no_other_waiting():
    slow, other = uuid7(), uuid7()
    set_timer("tests.take_too_long", at=now() - A_MINUTE, subject=slow)
    set_timer("tests.ring_in_turn", at=now(), subject=other)
    do_what_is_due()
    assert rung == [other]
    row = Timer.objects.get(subject_id=slow)
    assert (row.attempts, row.claim) == (1, None)
    assert "statement timeout" in row.error


def test_a_turn_ends_when_the_database_is_gone(all_at_once):
    """And not when it only said no."""

    def be_ended() -> tuple[bool, bool]:
        try:
            run("SELECT pg_terminate_backend(pg_backend_pid())")
        except OperationalError as error:
            connection.close()
            return is_away(error), did_not_answer(error)
        raise AssertionError("it goes on")

    def be_refused() -> tuple[bool, bool]:
        try:
            with transaction.atomic():
                take_too_long(uuid7())
        except OperationalError as error:
            return is_away(error), did_not_answer(error)
        raise AssertionError("it goes on")

    assert all_at_once([be_ended]) == [(True, True)]
    assert be_refused() == (False, True)


def test_many_emails_keep_no_hold_waiting_nor_many_holds_the_emails():
    """However little time there is, each kind of work has one done."""
    holds = overdue_holds()
    queue_emails(5)
    do_due_work(seconds=0)
    assert [status_of(hold) for hold in holds] == ["expired", "pending"]
    assert emails_sent() == 1


def test_the_time_of_a_turn_is_shared_between_the_kinds_of_work():
    for _ in range(MANY):
        set_timer("tests.ring_in_turn", at=now(), subject=uuid7())
    queue_emails(MANY)
    do_due_work(seconds=0.4)
    assert 1 < len(rung) < MANY
    assert emails_sent() > 1
