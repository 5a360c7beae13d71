"""Many threads, a shared pool of connections, and views that fail in every way: nobody reads a neighbour's rows."""

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, connection, connections
from django.test import RequestFactory
from django_tenants.postgresql_backend.base import DatabaseWrapper

from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.provisioning import create_tenant
from tenant_apps.people.models import Person
from tests import make
from tests.races import probe_urls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
THREADS = 8
# Fewer connections than threads, so that every connection is lent to all tenants in turn.
POOL = {"min_size": 1, "max_size": 3, "timeout": 30}


class Crowd:
    """Visitors of many tenants at once, who know what each tenant's rows look like."""

    def __init__(self, tenants: list[Any]) -> None:
        self.tenants = tenants
        self.application = WSGIHandler()
        self.heard: Counter[str] = Counter()

    def canary(self, tenant: Any) -> str:
        return f"canary of {tenant.slug}."

    def ask(self, n: int) -> str:
        """One request; what is wrong with its answer."""
        dice = random.Random(n)
        tenant, view = dice.choice(self.tenants), dice.choice(probe_urls.VIEWS).__name__
        if dice.random() < 0.5:
            request = RequestFactory().get(f"/{view}/", headers={"host": f"{tenant.slug}.localhost"})
        else:
            request = RequestFactory().get(f"/{tenant.slug}/{view}/", headers={"host": "localhost"})
        statuses: list[str] = []
        # As a server calls it: closing the answer is what gives the connection back to the pool.
        answer = self.application(request.environ, lambda status, headers: statuses.append(status))
        body = b""
        try:
            for part in islice(answer, 1 if dice.random() < 0.2 else None):  # some hang up early
                body += part
        except RuntimeError:  # the view's own
            pass
        except DatabaseError as error:
            return f"{tenant.slug}'s stream broke: {error}"
        finally:
            answer.close()
        self.heard[statuses[0][:3]] += 1
        return self.wrong_with(tenant, statuses[0], body.decode())

    def wrong_with(self, tenant: Any, status: str, body: str) -> str:
        if connection.schema_name != "public":
            return f"the connection stayed at {connection.schema_name}"
        if status.startswith("200") and self.canary(tenant) not in body:
            return f"{tenant.slug} lost its own: {body}"
        foreign = [other.slug for other in self.tenants if other != tenant and self.canary(other) in body]
        return f"{tenant.slug} was shown {foreign}" if foreign else ""

    def run(self, requests: int) -> list[str]:
        """So many requests; what was wrong with any of them."""
        with ThreadPoolExecutor(THREADS) as threads:
            found = list(threads.map(self.ask, range(requests)))
            list(threads.map(lambda _: connections["default"].close(), range(THREADS * 4)))
            threads.submit(lambda: connections["default"].close_pool()).result()
        return [fault for fault in found if fault]

    def misplaced_rows(self) -> int:
        """How many rows are at a tenant whose request did not write them."""
        count = 0
        for tenant in self.tenants:
            with tenant_context(tenant):
                count += Person.objects.exclude(name=self.canary(tenant)).count()
        return count


@pytest.fixture
def crowd_of(alpha: Any, beta: Any, settings: Any, monkeypatch: Any) -> Iterator[Callable[[int], Crowd]]:
    """`crowd_of(20)`: visitors of so many tenants, each with rows that tell whose they are."""

    def make_crowd(count: int) -> Crowd:
        more = [create_tenant(name=f"Number {n}", slug=f"number-{n}", features=["courses"]) for n in range(2, count)]
        crowd = Crowd([alpha, beta, *more])
        for tenant in crowd.tenants:
            with tenant_context(tenant):
                for _ in range(3):
                    make.person(name=crowd.canary(tenant))
        options = {**connection.settings_dict["OPTIONS"], "pool": POOL}
        monkeypatch.setitem(connections.settings["default"], "OPTIONS", options)
        return crowd

    settings.TENANT_URLCONF = "tests.races.probe_urls"
    logging.disable(logging.CRITICAL)
    yield make_crowd
    logging.disable(logging.NOTSET)


@pytest.fixture
def forgetful(monkeypatch: Any) -> None:
    """A backend that saves itself a SET because "this thread is at the same tenant as before"."""
    true_set_tenant = DatabaseWrapper.set_tenant

    def set_tenant(self: Any, tenant: Any, include_public: bool = True) -> None:
        self.believed = self.search_path_set_schemas or getattr(self, "believed", None)
        true_set_tenant(self, tenant, include_public)
        if self.believed == self._get_cursor_search_paths():
            self.search_path_set_schemas = self.believed

    monkeypatch.setattr(DatabaseWrapper, "set_tenant", set_tenant)
    monkeypatch.setitem(POOL, "timeout", 5)  # it loses connections too, and nobody need wait for those


def test_nobody_reads_a_neighbours_rows(crowd_of, repeats, finding):
    tenants, requests = repeats(6, thorough=20), repeats(1_000, thorough=10_000)
    crowd = crowd_of(tenants)
    assert crowd.run(requests) == []
    assert crowd.misplaced_rows() == 0
    assert connection.schema_name == "public"
    assert {"200", "404", "500"} <= set(crowd.heard)
    heard = ", ".join(f"{count} x {status}" for status, count in sorted(crowd.heard.items()))
    finding(
        f"Requests of {tenants} tenants that crash, time out, roll back, lose their connection or hang up",
        times=requests, must="no row of another tenant seen or written; the connection is public afterwards",
        found=f"0 rows ({heard})", control="a backend that saves itself a SET shows neighbours' rows",
    )  # fmt: skip


def test_the_control_leaks(crowd_of, forgetful):
    assert crowd_of(3).run(400) != []
