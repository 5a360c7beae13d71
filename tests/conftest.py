"""Servers, database and fixtures of all tests. What a test needs it names: `tenant`, `alpha`, `client_of`, `site` …"""

import gc
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import django
import pytest
from django.conf import settings

from tests.support.servers import IS_CONTROLLER, Servers

if settings.configured:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose their own settings.")
servers = Servers()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
# Workers inherit our environment, and must set theirs before the settings are read.
del os.environ["DJANGO_SETTINGS_MODULE"]

pytest_plugins = ["tests.support.web"]
# What was loaded so far stays, and a test makes many objects: as in `config.wsgi`, the collector looks less often.
gc.freeze()
gc.set_threshold(20_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--thorough", action="store_true", help="Repeat races and faults as often as docs/faults.md says, and write it."
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if IS_CONTROLLER:
        os.environ["MUSTER_TEST_RUN"] = uuid.uuid4().hex
    servers.start()
    if not config.getoption("thorough"):
        hash_quickly()


def hash_quickly() -> None:
    """Hashing a password well takes a tenth of a second; a thorough run compares such times and needs them."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    logging.disable(logging.CRITICAL)  # whoever still listens complains that Redis is gone
    servers.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folders = item.path.parts
        for name in ("browser", "races", "faults"):
            if name in folders:
                item.add_marker(name.removesuffix("s"))


# --- Races and faults ------------------------------------------------------------------------------


@pytest.fixture
def repeats(request: pytest.FixtureRequest) -> Callable[..., int]:
    """`repeats(2, thorough=20)`: how often to try, in `make test` and in `make faults`."""
    return lambda few, *, thorough: thorough if request.config.getoption("thorough") else few


@pytest.fixture
def finding(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`finding("200 buyers for 10 seats", times=20, must="10 sold", found="10 sold in 20 of 20", control="…")`.

    A thorough run puts it into docs/faults.md; any other forgets it.
    """
    from tests.support import findings

    return findings.note if request.config.getoption("thorough") else lambda *_, **__: None


# --- The database ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A clone of the template for this worker, in the place of pytest-django's own database."""
    from django.test import TransactionTestCase

    from tests.support import database

    with django_db_blocker.unblock():
        template = database.prepare(servers, rebuild=request.config.getoption("create_db"))
        database.clone(servers, template)

    def replace_the_database(self: Any) -> None:
        # Django would empty every table, the tenants' rows in public too; a new clone is complete and as quick.
        database.clone(servers, template)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", replace_the_database)
    yield
    patch.undo()
    with django_db_blocker.unblock():
        database.drop(servers)


@pytest.fixture(scope="session", autouse=True)
def _hears_broadcasts() -> None:
    """Caches are dropped when a process begins to listen, which must not happen while queries are counted."""
    from shared_apps.tenants import broadcast

    broadcast.listen()
    assert broadcast.listening.wait(10)


@pytest.fixture(autouse=True)
def _as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test begins in public, with empty caches, and with nothing in the mailbox."""
    import redis
    from django.urls import set_script_prefix, set_urlconf

    from shared_apps.resilience import circuit_breaker
    from shared_apps.tenants import routing
    from shared_apps.tenants.context import enter
    from shared_apps.tenants.middleware import PUBLIC
    from shared_apps.web import page_cache

    circuit_breaker.close_all()
    with redis.Redis(unix_socket_path=str(servers.redis.socket)) as line:
        line.flushall()
    routing.cache.clear()
    page_cache.forget()
    yield
    enter(PUBLIC)
    set_script_prefix("/")
    set_urlconf(None)


@pytest.fixture(autouse=True)
def _locks_need_a_transaction(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's own transaction hides that a lock is asked for outside of one, which for real is an error 500."""
    from django.db import connection
    from django.db.models.sql.compiler import SQLCompiler
    from django.db.transaction import TransactionManagementError

    if "db" in request.fixturenames and "muster" not in request.fixturenames:  # that one works elsewhere first
        request.getfixturevalue("db")
    if not connection.in_atomic_block:
        return
    as_sql, outermost = SQLCompiler.as_sql, len(connection.savepoint_ids)

    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.query.select_for_update and len(connection.savepoint_ids) <= outermost:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        return as_sql(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", checked)


# --- Tenants ---------------------------------------------------------------------------------------


def _tenant(slug: str) -> Any:
    from shared_apps.tenants.context import public_context
    from shared_apps.tenants.models import Tenant

    with public_context():
        return Tenant.objects.with_all().get(slug=slug)


@pytest.fixture
def alpha(db: None) -> Any:
    """A provider in Europe/London that takes GBP."""
    return _tenant("alpha")


@pytest.fixture
def beta(db: None) -> Any:
    """Another provider, in Africa/Nairobi, that takes KES."""
    return _tenant("beta")


@pytest.fixture
def tenant(alpha: Any) -> Iterator[Any]:
    """The test works at alpha: `pytestmark = pytest.mark.usefixtures("tenant")`."""
    from shared_apps.tenants.context import tenant_context

    with tenant_context(alpha):
        yield alpha


@pytest.fixture
def client() -> Any:
    """Django's test client at the platform's own pages."""
    from django.test import Client

    return Client(headers={"host": f"localhost:{settings.PORT}"})


@pytest.fixture
def client_of(db: None) -> Callable[..., Any]:
    """`client_of(alpha)`, `client_of(alpha, on_host=True)`, `client_of(alpha, api=True)`; then `.sign_in(user)`."""
    from tests.support.people import SiteClient

    return SiteClient


@pytest.fixture
def happened(db: None) -> Callable[[], list[str]]:
    """`happened()`: the names of the events written at the present tenant so far, oldest first."""

    def names() -> list[str]:
        from shared_apps.events.models import Event

        return list(Event.objects.order_by("pk").values_list("name", flat=True))

    return names


@pytest.fixture
def all_at_once(alpha: Any) -> Callable[..., list[Any]]:
    """`all_at_once([call, call, …])`: run them in threads that begin together; results or exceptions, in order.

    The test needs `@pytest.mark.django_db(transaction=True)`.
    """
    from tests.support import people

    return lambda calls, at=alpha: people.all_at_once(at, calls)


@pytest.fixture
def begin_behind(alpha: Any) -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """`done = begin_behind(call)`: begun elsewhere, it waits now for what this transaction has locked.

    `done.result(20)` once the transaction is over. The test needs `@pytest.mark.django_db(transaction=True)`.
    """
    from tests.support import people

    with ThreadPoolExecutor(1) as threads:
        yield lambda call: people.begin_behind(alpha, call, threads)
