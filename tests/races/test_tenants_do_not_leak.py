"""Many threads, a shared pool of connections, and views that fail in every way: nobody reads a neighbour's rows."""

import logging
import random
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections
from django.test import RequestFactory
from django_tenants.postgresql_backend.base import DatabaseWrapper

from shared_apps.tenants.context import tenant_context
from tests import make
from tests.races import probe_urls

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, REQUESTS = 8, 1_200


@pytest.fixture
def crowd(alpha, beta, settings, monkeypatch):
    """Ask at both tenants, by slug and by host, at once; the answers that showed a foreign name."""
    settings.TENANT_URLCONF = "tests.races.probe_urls"
    logging.disable(logging.CRITICAL)
    canaries = {}
    for tenant in (alpha, beta):
        canaries[tenant.slug] = f"canary of {tenant.slug}"
        with tenant_context(tenant):
            make.person(name=canaries[tenant.slug])
    # Fewer connections than threads, so that every connection is lent to both tenants in turn.
    pool = {"min_size": 1, "max_size": 3, "timeout": 30}
    monkeypatch.setitem(
        connections.settings["default"], "OPTIONS", {**connection.settings_dict["OPTIONS"], "pool": pool}
    )

    application = WSGIHandler()

    def ask(n: int) -> tuple[str, str]:
        dice = random.Random(n)
        slug = dice.choice(sorted(canaries))
        view = dice.choice(probe_urls.VIEWS).__name__
        if dice.random() < 0.5:
            request = RequestFactory().get(f"/{view}/", headers={"host": f"{slug}.localhost"})
        else:
            request = RequestFactory().get(f"/{slug}/{view}/", headers={"host": "localhost"})
        statuses: list[str] = []
        # As a server calls it: closing the answer is what gives the connection back to the pool.
        answer = application(request.environ, lambda status, headers: statuses.append(status))
        hang_up = dice.random() < 0.2
        body = b"".join(islice(answer, 1) if hang_up else answer).decode()
        answer.close()
        if statuses[0].startswith("200") and canaries[slug] not in body:
            return slug, f"lost its own: {body}"
        foreign = [name for other, name in canaries.items() if other != slug and name in body]
        return slug, "".join(foreign)

    def run() -> list[tuple[str, str]]:
        def close(_: int) -> None:
            connections["default"].close()

        with ThreadPoolExecutor(THREADS) as threads:
            answers = list(threads.map(ask, range(REQUESTS)))
            list(threads.map(close, range(THREADS * 4)))
            threads.submit(lambda: connections["default"].close_pool()).result()
        return [answer for answer in answers if answer[1]]

    yield run
    logging.disable(logging.NOTSET)


def test_nobody_reads_a_neighbours_rows(crowd):
    assert crowd() == []
    assert connection.schema_name == "public"


def test_the_control_leaks(crowd, monkeypatch):
    """A backend that saves itself a SET because "this thread is at the same tenant as before" is caught."""
    true_set_tenant = DatabaseWrapper.set_tenant

    def forgetful(self, tenant, include_public=True):
        self.believed = self.search_path_set_schemas or getattr(self, "believed", None)
        true_set_tenant(self, tenant, include_public)
        if self.believed == self._get_cursor_search_paths():
            self.search_path_set_schemas = self.believed

    monkeypatch.setattr(DatabaseWrapper, "set_tenant", forgetful)
    assert crowd() != []
