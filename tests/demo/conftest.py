from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import transaction

NOW = "now"
# Month, day and hour (UTC): round midnight, right before and after a day is taught, nights in which clocks change, the
# turn of a year, a leap day, days on which somebody is closed.
TELLING = (
    "12-31 23:58", "01-01 00:02", "01-15 12:00", "02-29 10:00", "03-28 01:30", "06-20 16:31", "06-21 05:59",
    "07-03 06:10", "08-28 21:30", "09-04 13:35", "10-31 00:40", "12-25 09:00",
)  # fmt: skip
CHANCE, MOST_DAYS = Random(18), 365
ANY = tuple(f"in {CHANCE.randrange(MOST_DAYS)} days, {CHANCE.randrange(24 * 60)} minutes" for _n in range(18))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What the demo promises it must keep whenever it is loaded."""
    if "moment" in metafunc.fixturenames:
        moments = (NOW, *TELLING, *ANY)
        if not metafunc.config.getoption("thorough"):
            moments = moments[: 2 if metafunc.module.__name__.endswith("test_keep_promises") else 1]
        metafunc.parametrize("moment", moments, scope="package", indirect=True)


@pytest.fixture(scope="package")
def moment(request: pytest.FixtureRequest) -> datetime:
    """When the demo is loaded. Never before this minute: what the database dates itself would lie ahead of it."""
    said, today = request.param, datetime.now(UTC).date()
    if said == NOW:
        return datetime.now(UTC) + timedelta(minutes=1)
    if said.startswith("in "):
        days, minutes = (int(word) for word in said.split() if word.isdigit())
        return datetime.combine(today, datetime.min.time(), UTC) + timedelta(days=days + 1, minutes=minutes)
    day, clock = said.split()
    return next(when for n in range(9) if (when := _moment(today.year + n, day, clock)) and when.date() > today)


def _moment(year: int, day: str, clock: str) -> datetime | None:
    """None for a leap day in another year."""
    try:
        return datetime.combine(date.fromisoformat(f"{year}-{day}"), datetime.min.time(), UTC) + _since_midnight(clock)
    except ValueError:
        return None


def _since_midnight(clock: str) -> timedelta:
    hours, minutes = clock.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: Any, moment: datetime) -> Iterator[dict[str, Any]]:
    """The three providers by slug, loaded at one moment for all tests here. The clock goes on from there."""
    from shared_apps.tenants.context import public_context
    from tenant_apps.demo import load

    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(moment, tick=False), public_context():
            load.ensure_operator()
            tenants = {data.slug: load.load(data) for data in load.PROVIDERS}
        with time_machine.travel(moment, tick=True):
            yield tenants
        transaction.set_rollback(True)


@pytest.fixture(params=["bristol-gas-training", "nairobi-tech-academy", "clifton-driving-school"])
def provider(request: pytest.FixtureRequest, demo: dict[str, Any]) -> Iterator[Any]:
    """The test works at each provider in turn; what it writes is undone."""
    from shared_apps.tenants.context import tenant_context

    tenant = demo[request.param]
    with transaction.atomic(), tenant_context(tenant):
        yield tenant
        transaction.set_rollback(True)
