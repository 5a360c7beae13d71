"""Of one subject a handler hears in order, who reads all events misses none, and older versions are understood."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction

from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from shared_apps.events import bus
from shared_apps.events.given_up import drop, given_up
from shared_apps.events.models import MOST_ATTEMPTS, Delivery, Event
from shared_apps.events.since import events_since
from shared_apps.tenants.context import enter
from shared_apps.tenants.tasks import HEADER
from shared_apps.timers.soon import work_here
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
heard: list[tuple[UUID, int]] = []
broken: set[int] = set()
held: list[Any] = []


@dataclass(frozen=True, kw_only=True)
class PageTurned(bus.DomainEvent, name="tests.page_turned", version=2):
    book_id: UUID
    page: int

    @classmethod
    def upgrade(cls, payload: dict[str, Any], version: int) -> dict[str, Any]:
        return {**payload, "page": payload["sheet"] * 2}


@bus.on(PageTurned, name="tests.read")
def read(event: PageTurned) -> None:
    if event.page in broken:
        raise RuntimeError("the page is torn")
    heard.append((event.book_id, event.page))
    if held:
        held.pop()()


@dataclass(frozen=True)
class Book:
    pk: UUID


@pytest.fixture(autouse=True)
def _fresh() -> None:
    heard.clear()
    broken.clear()
    held.clear()


def turn(book: Book, page: int) -> Event:
    with transaction.atomic():
        return bus.emit(PageTurned(book_id=book.pk, page=page), subject=book)


def test_a_later_one_of_the_same_subject_waits_for_the_earlier_and_other_subjects_do_not():
    slow, other = Book(uuid7()), Book(uuid7())
    broken.add(1)
    for page in (1, 2, 3):
        turn(slow, page)
    turn(other, 4)
    bus.deliver_due()
    bus.deliver_due()
    assert heard == [(other.pk, 4)]

    broken.clear()
    with time_machine.travel(now() + timedelta(seconds=30)):
        bus.deliver_due()
    assert heard[1:] == [(slow.pk, page) for page in (1, 2, 3)]


def test_one_that_was_given_up_or_dropped_keeps_nobody_waiting():
    book = Book(uuid7())
    broken.add(1)
    for page in (1, 2):
        turn(book, page)
    for _ in range(MOST_ATTEMPTS):
        Delivery.objects.filter(done_at=None).update(next_try_at=now() - timedelta(seconds=1))
        bus.deliver_due()
    Delivery.objects.filter(done_at=None, attempts=0).update(next_try_at=now() - timedelta(seconds=1))
    bus.deliver_due()
    assert heard == [(book.pk, 2)]
    [row] = [row for row in given_up() if row.kind == "delivery"]
    drop(row.kind, row.pk, reason="the book was sold", by=None)
    assert [row for row in given_up() if row.kind == "delivery"] == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_subject_keep_its_order(tenant, all_at_once):
    """The second worker comes to the later one while the first is still at the earlier."""
    book = Book(uuid7())
    first, second = (turn(book, page).deliveries.get() for page in (1, 2))
    held.append(lambda: all_at_once([lambda: bus.deliver(second.pk)]))
    assert bus.deliver(first.pk)
    assert heard == [(book.pk, 1), (book.pk, 2)], "who is done with the earlier goes on with the later"
    assert Delivery.objects.filter(handler="tests.read", done_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_control_without_the_look_in_front_they_are_heard_the_wrong_way_round(tenant, all_at_once, monkeypatch):
    from shared_apps.events import delivering

    monkeypatch.setattr(delivering, "_in_front_of", lambda delivery: None)
    book = Book(uuid7())
    broken.add(1)
    for page in (1, 2):
        turn(book, page)
    bus.deliver_due()
    assert heard == [(book.pk, 2)], "the control must fail"


@pytest.mark.django_db(transaction=True)
def test_a_reader_of_all_events_misses_none_that_is_committed_late(tenant, all_at_once):
    early, late = Book(uuid7()), Book(uuid7())
    start = ([0, *[event.position for event in events_since(0, limit=100_000)]])[-1]
    with transaction.atomic():
        slow = bus.emit(PageTurned(book_id=late.pk, page=1), subject=late)
        [quick] = all_at_once([lambda: turn(early, 2)])
        assert slow.pk < quick.pk, "its key was made earlier"
        [first_read] = all_at_once([lambda: events_since(start)])
        assert [event.pk for event in first_read] == [quick.pk]
    second_read = events_since(first_read[-1].position)
    assert [event.pk for event in second_read] == [slow.pk], "and by keys it would have been missed"
    assert events_since(second_read[-1].position) == []


@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_at_once_agree_on_one_order(tenant, all_at_once):
    def write(worker):
        for page in range(30):
            turn(Book(uuid7()), worker * 100 + page)

    def follow():
        seen, position = [], 0
        for _ in range(60):
            for event in events_since(position, limit=7):
                seen.append(event.pk)
                position = event.position
        return seen

    *_, one, other = all_at_once([*(lambda n=n: write(n) for n in range(3)), follow, follow])
    whole = [event.pk for event in events_since(0, limit=10_000)]
    assert one == whole[: len(one)]
    assert other == whole[: len(other)]
    assert Event.objects.filter(name=PageTurned.name).count() == 90
    assert len(whole) == len(set(whole)) == Event.objects.count()


def test_what_an_earlier_version_wrote_is_understood_and_a_later_one_waits():
    book = Book(uuid7())
    event = turn(book, 7)
    assert event.version == 2
    Event.objects.filter(pk=event.pk).update(version=1, payload={"book_id": str(book.pk), "sheet": 3})
    bus.deliver_due()
    assert heard == [(book.pk, 6)]

    event = turn(book, 9)
    Event.objects.filter(pk=event.pk).update(version=3)
    bus.deliver_due()
    waiting = Delivery.objects.get(event=event)
    assert (waiting.done_at, waiting.attempts) == (None, 0)


def test_what_workers_do_goes_on_where_the_broker_was_away(tenant):
    """Nobody was asked: the wake-up of the row is found."""
    from tests.support.due import do_what_is_due

    make.confirmed_booking()
    Delivery.objects.update(done_at=None)
    do_what_is_due()
    assert not Delivery.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_who_has_much_to_do_goes_to_the_end_of_the_queue_after_a_second(tenant, settings, monkeypatch):
    import redis

    from shared_apps.timers import soon

    for page in range(20):
        turn(Book(uuid7()), page)
    monkeypatch.setattr(soon, "SLICE", 0.0)
    with redis.Redis.from_url(settings.REDIS_URL) as line:
        line.delete("prompt")
        work_here.apply(headers={HEADER: tenant.schema_name}, throw=True)
        assert line.llen("prompt") == 1
    enter(tenant)
    assert Delivery.objects.filter(done_at=None).exists()
