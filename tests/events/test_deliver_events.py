from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import redis
from django.db import OperationalError, connection, transaction

from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from shared_apps.events import bus
from shared_apps.events.kinds import all_listeners
from shared_apps.events.models import MOST_ATTEMPTS, Delivery, Event
from shared_apps.tenants.context import enter
from shared_apps.tenants.tasks import HEADER
from shared_apps.timers.soon import work_here

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
heard: list[UUID] = []


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(bus.DomainEvent, name="tests.kettle_boiled"):
    kettle_id: UUID


@bus.on(KettleBoiled, name="tests.pour", now=True)
def pour(event: KettleBoiled) -> None:
    heard.append(event.kettle_id)


@bus.on(KettleBoiled, name="tests.break_down")
def break_down(event: KettleBoiled) -> None:
    Event.objects.create(name="tests.half_done")
    if not getattr(break_down, "mended", False):
        raise RuntimeError("out of milk")


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_answered_for_though_the_database_goes_away_before_it_is_delivered(tenant):
    """A worker delivers it then; whoever did it has done all right, and reads no error."""

    def end() -> None:
        with suppress(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    kettle = uuid7()
    with transaction.atomic():
        transaction.on_commit(end)
        bus.emit(KettleBoiled(kettle_id=kettle))
    connection.close()
    assert kettle not in heard
    enter(tenant)
    assert Event.objects.filter(name=KettleBoiled.name).exists()


@dataclass(frozen=True, kw_only=True)
class KettleEmptied(bus.DomainEvent, name="tests.kettle_emptied"):
    kettle_id: UUID


@bus.on(KettleEmptied, name="tests.pour_later", after=timedelta(minutes=10))
def pour_later(event: KettleEmptied) -> None:
    heard.append(event.kettle_id)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    heard.clear()
    break_down.mended = False  # type: ignore[attr-defined]


def boil() -> UUID:
    kettle_id = uuid7()
    bus.emit(KettleBoiled(kettle_id=kettle_id))
    return kettle_id


def test_what_happened_is_heard_by_every_handler_once():
    kettle_id = boil()
    assert bus.deliver_due() == 1
    assert bus.deliver_due() == 0
    assert heard == [kettle_id]


def test_a_failing_handler_fails_alone_leaves_nothing_and_is_tried_again_later():
    boil()
    bus.deliver_due()
    delivery = Delivery.objects.get(done_at=None)
    assert "out of milk" in delivery.error
    assert delivery.next_try_at > now()
    assert not Event.objects.filter(name="tests.half_done").exists()

    break_down.mended = True  # type: ignore[attr-defined]
    Delivery.objects.update(next_try_at=now() - timedelta(seconds=1))
    assert bus.deliver_due() == 1
    assert len(heard) == 1


def test_what_was_rolled_back_never_happened():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        boil()
        raise ZeroDivisionError
    assert bus.deliver_due() == 0
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_it_is_not_said_outside_a_transaction():
    with pytest.raises(RuntimeError):
        boil()


@pytest.mark.django_db(transaction=True)
def test_what_the_answer_needs_is_done_right_after_the_commit_and_the_rest_by_a_worker(tenant, settings):
    """Who is asked once, however much there is to do."""
    break_down.mended = True  # type: ignore[attr-defined]
    with redis.Redis.from_url(settings.REDIS_URL) as line:
        line.delete("prompt")
        with transaction.atomic():
            kettle_id = boil()
            assert heard == []
            boil()
        assert heard[0] == kettle_id
        assert Delivery.objects.filter(done_at=None).count() == 2
        assert line.llen("prompt") == 1
        with transaction.atomic():
            boil()
        assert line.llen("prompt") == 1, "who is asked already need not be asked again"
        work_here.apply(headers={HEADER: tenant.schema_name}, throw=True)
        enter(tenant)
        assert not Delivery.objects.filter(done_at=None).exists()
        with transaction.atomic():
            boil()
        assert line.llen("prompt") == 2


def test_what_waits_for_a_handler_that_moved_still_reaches_it():
    boil()
    Delivery.objects.filter(handler="tests.pour").update(handler=f"{pour.__module__}.pour")  # as an older release wrote
    assert bus.deliver_due() == 1
    assert len(heard) == 1


def test_what_waits_for_an_unknown_handler_has_not_failed_and_is_kept():
    boil()
    Delivery.objects.filter(handler="tests.break_down").update(handler="tests.of_another_release")
    for _ in range(MOST_ATTEMPTS + 1):
        Delivery.objects.update(next_try_at=now() - timedelta(seconds=1))
        bus.deliver_due()
    kept = Delivery.objects.get(done_at=None)
    assert (kept.attempts, kept.handler) == (0, "tests.of_another_release")
    assert "of_another_release" in kept.error

    Delivery.objects.filter(pk=kept.pk).update(handler="tests.pour_later", next_try_at=now())
    assert bus.deliver_due() == 0  # that one listens to another event


def test_two_handlers_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"tests\.pour"):
        bus.on(KettleBoiled, name="tests.pour")(lambda event: None)


def test_a_handler_may_listen_a_while_later():
    bus.emit(KettleEmptied(kettle_id=uuid7()))
    assert bus.deliver_due() == 0
    assert heard == []
    Delivery.objects.update(next_try_at=now() - timedelta(seconds=1))
    assert bus.deliver_due() == 1
    assert len(heard) == 1


def test_every_handler_has_a_name_of_its_own_and_is_found_under_its_path():
    listeners = list(all_listeners())
    assert listeners
    for listener in listeners:
        assert listener.name.count(".") == 1
        assert not listener.name.startswith("tenant_apps")
