from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from shared_apps.events import bus
from shared_apps.events.models import Delivery, Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
heard: list[UUID] = []


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(bus.DomainEvent, name="tests.kettle_boiled"):
    kettle_id: UUID


@bus.on(KettleBoiled)
def pour(event: KettleBoiled) -> None:
    heard.append(event.kettle_id)


@bus.on(KettleBoiled)
def break_down(event: KettleBoiled) -> None:
    Event.objects.create(name="tests.half_done")
    if not getattr(break_down, "mended", False):
        raise RuntimeError("out of milk")


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
def test_it_is_delivered_right_after_the_commit():
    with transaction.atomic():
        kettle_id = boil()
        assert heard == []
    assert heard == [kettle_id]
