"""A connection remembers every table of every tenant it has served: so none lives for long."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as live_settings
from django.db import connection, connections

from config.run import site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backends(monkeypatch: pytest.MonkeyPatch) -> Callable[..., set[int]]:
    """`backends(max_lifetime=1)`: the Postgres processes that serve requests of two seconds, out of one pool."""

    def one_request(_: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        connection.close()  # as a request does at its end: back into the pool
        return pid

    def serve(**changes: float) -> set[int]:
        options = {**connection.settings_dict["OPTIONS"], "pool": {**live_settings.POOL, "max_size": 1, **changes}}
        monkeypatch.setitem(connections.settings["default"], "OPTIONS", options)
        seen, ends = set(), time.monotonic() + 2
        with ThreadPoolExecutor(1) as thread:  # its connection is made with these options
            while time.monotonic() < ends:
                seen.add(thread.submit(one_request, 0).result())
            thread.submit(lambda: connections["default"].close_pool()).result()
        return seen

    return serve


def test_a_connection_that_has_lived_long_enough_is_replaced(backends):
    assert len(backends(max_lifetime=0.5)) > 1
    assert len(backends()) == 1  # the control: as the settings have it, not within seconds


def test_in_web_processes_none_lives_longer_than_five_minutes():
    assert 0 < live_settings.POOL["max_lifetime"] <= 300
    assert live_settings.POOL["max_idle"] <= 60


def test_programs_that_work_through_many_tenants_have_no_pool(tmp_path):
    """A worker opens a connection for each task, and ends itself after so many."""
    workers = [program for program in site.background(8000, tmp_path) if "celery" in program.command]
    assert len(workers) == 2
    assert all(program.env["DB_POOL"] == "0" for program in workers)
    assert live_settings.CELERY_WORKER_MAX_TASKS_PER_CHILD <= 500
