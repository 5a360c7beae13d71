"""Keys tell when their rows were made, and follow the clock."""

import time
import uuid
from datetime import UTC, datetime, timedelta

import time_machine

from shared_apps.core.ids import uuid7


def made_at(key: uuid.UUID) -> datetime:
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def test_keys_are_of_version_7_and_in_the_order_they_were_made():
    keys = [uuid7() for _ in range(5000)]
    assert {(key.version, key.variant) for key in keys} == {(7, uuid.RFC_4122)}
    assert keys == sorted(set(keys))


def test_however_many_are_made_at_once_none_is_of_the_future():
    keys = [uuid7() for _ in range(20_000)]
    assert made_at(keys[-1]).timestamp() <= time.time()


def test_keys_made_while_the_clock_stands_still_or_steps_back_a_little_keep_their_order():
    with time_machine.travel(datetime(2026, 5, 4, 9, tzinfo=UTC), tick=False) as clock:
        first, second = uuid7(), uuid7()
        clock.shift(timedelta(milliseconds=-300))
        assert first < second < uuid7()


def test_a_clock_that_was_far_ahead_for_a_moment_dates_nothing_afterwards():
    with time_machine.travel(datetime.now(UTC) + timedelta(days=300), tick=False):
        ahead = uuid7()
    assert made_at(uuid7()) < datetime.now(UTC) + timedelta(seconds=1) < made_at(ahead)
