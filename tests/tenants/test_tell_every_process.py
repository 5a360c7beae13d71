"""What changes about a tenant is known to every process at once, and within seconds when Redis is away."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings as live_settings
from django.db import transaction

from config.embedded import Redis
from shared_apps.core.states import move
from shared_apps.tenants import broadcast, routing, services
from shared_apps.tenants.models import Tenant, TenantStatus

AT_ONCE = 2.0  # seconds, on a busy machine; far below the hour for which these processes would else remember
pytestmark = pytest.mark.django_db(transaction=True)


def ask(_: int = 0, host: str = "localhost") -> int:
    """The status of alpha's home page, over a line of its own: any process may answer."""
    line = HTTPConnection("127.0.0.1", live_settings.PORT + 2, timeout=20)
    try:
        line.request("GET", "/alpha/" if host == "localhost" else "/", headers={"Host": host})
        return line.getresponse().status
    finally:
        line.close()


def statuses(host: str = "localhost") -> set[int]:
    """What 24 visitors see, six at a time."""
    with ThreadPoolExecutor(6) as pool:
        return set(pool.map(lambda n: ask(n, host), range(24)))


def until(wanted: set[int], *, seconds: float, host: str = "localhost") -> float:
    """How long it takes until all visitors see `wanted`; fails after `seconds`."""
    began = time.monotonic()
    while (seen := statuses(host)) != wanted:
        assert time.monotonic() - began < seconds, f"After {seconds} s visitors see {seen}."
    return time.monotonic() - began


@pytest.fixture
def long_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes started from here on would remember a tenant for an hour."""
    monkeypatch.setenv("TENANT_CACHE_SECONDS", "3600")


@pytest.fixture
def own_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[Redis]:
    """A Redis that may be stopped, for this process and those started from here on."""
    redis = Redis(tmp_path / "own", log=tmp_path / "redis.log", socket=tmp_path / "own.sock")
    redis.start()
    redis.wait()
    settings.REDIS_URL = f"unix://{redis.socket}"
    monkeypatch.setenv("REDIS_URL", settings.REDIS_URL)
    broadcast._line.cache_clear()
    yield redis
    redis.stop()
    broadcast._line.cache_clear()
    broadcast.breaker.close()


def test_every_process_hears_of_a_change_at_once(long_memory, two_web_processes, alpha):
    until({200}, seconds=20)
    services.suspend_tenant(tenant=alpha, by="test")
    until({503}, seconds=AT_ONCE)
    services.resume_tenant(tenant=alpha, by="test")
    until({200}, seconds=AT_ONCE)
    # Also what nobody had: a host that was unknown a moment ago.
    until({404}, seconds=AT_ONCE, host="courses.example.com")
    services.add_domain(tenant=alpha, domain="Courses.Example.com", by="test")
    until({200}, seconds=AT_ONCE, host="courses.example.com")
    # The control: a change that is not told is not known, however often one asks.
    until({200}, seconds=AT_ONCE)
    with transaction.atomic():
        move(alpha, "status", TenantStatus.SUSPENDED, by=None)
    began = time.monotonic()
    while time.monotonic() - began < AT_ONCE:
        assert statuses() == {200}


def test_without_redis_every_process_knows_within_seconds(monkeypatch, own_redis, request, alpha):
    own_redis.stop()
    monkeypatch.setenv("TENANT_CACHE_SECONDS", "1")
    request.getfixturevalue("two_web_processes")
    until({200}, seconds=20)
    services.suspend_tenant(tenant=alpha, by="test")
    until({503}, seconds=1 + AT_ONCE)


def test_after_redis_was_away_everybody_listens_again(long_memory, own_redis, request, alpha):
    request.getfixturevalue("two_web_processes")
    until({200}, seconds=20)
    own_redis.stop()
    services.suspend_tenant(tenant=alpha, by="test")  # nobody hears of it …
    assert 200 in statuses()
    own_redis.start()
    own_redis.wait()
    until({503}, seconds=10)  # … but whoever listens again knows that it may have missed something
    broadcast.breaker.close()
    services.resume_tenant(tenant=alpha, by="test")
    until({200}, seconds=AT_ONCE)


@pytest.fixture
def black_hole(settings) -> Iterator[None]:
    """A Redis that takes connections and never says a word."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(50)
        settings.REDIS_URL = f"redis://127.0.0.1:{deaf.getsockname()[1]}"
        broadcast._line.cache_clear()
        yield
    broadcast.breaker.close()
    broadcast._line.cache_clear()


def took(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_nobody_waits_for_a_redis_that_does_not_answer(black_hole, alpha):
    assert 0.05 < took(lambda: routing.forget(alpha)) < 0.3
    assert took(lambda: [routing.forget(alpha) for _ in range(100)]) < 0.1


def test_a_change_is_told_once_it_is_committed(alpha, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(broadcast, "_send", sent.append)
    with transaction.atomic():
        services.change_tenant(tenant=alpha, by="test", name="Alpha & Sons")
        assert not sent
    assert sent == ['["tenants", {"schema": "t_alpha"}]']


def test_what_was_read_before_a_change_is_not_remembered_after_it(alpha):
    """Between reading and remembering there is a moment in which the message may arrive."""
    old = Tenant(name="Old")

    def read_slowly() -> Tenant:
        routing.forget(alpha)
        return old

    assert routing.cache.get("slug:alpha", read_slowly) is old
    assert routing.cache.get("slug:alpha", lambda: None) is None


def test_one_that_does_not_understand_keeps_news_from_nobody(alpha, monkeypatch):
    heard: list[object] = []
    monkeypatch.setitem(broadcast._callbacks, "weather", [])
    broadcast.subscribe("weather", lambda _: 1 / 0)
    broadcast.subscribe("weather", heard.append)
    broadcast.publish("weather", {"sky": "grey"})
    assert {"sky": "grey"} in heard
