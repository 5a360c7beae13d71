"""Whatever somebody makes up, the page cache holds no more memory than it may, and what people ask for stays in it."""

import gc
import random
import tracemalloc
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.tenants.context import tenant_context
from shared_apps.web import page_cache
from shared_apps.web.bounded_cache import BoundedCache
from tests import make

ACCEPTS = ["*/*", "application/json", "application/json;q=0.5", "text/html,*/*;q=0.1", "image/png,application/json"]
HOSTS = ["LOCALHOST", "LocalHost", "localhost.", "localhost:1", "localhost:0080", "localhost:44444"]


@pytest.fixture
def offer(alpha: Any) -> Any:
    with tenant_context(alpha):
        course = make.course(title="Boiler care", lead_trainer=make.trainer())
        make.session(course=course, capacity=4)
        return course


def kept() -> list[Any]:
    caches = (page_cache._answers, page_cache._queries)
    return [one for cache in caches for one, _cost in cache._values.values() if isinstance(one, page_cache.Answer)]


def asked_of_the_database(client: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return sum(not query["sql"].startswith("SET") for query in queries)


def made_up(dice: random.Random) -> tuple[str, dict[str, str]]:
    """A question that makes sense, as nobody would put it."""
    parameters = [
        f"seats={dice.randint(1, 3)}",
        f"pageSize={dice.randint(1, 100)}",
        f"priceTo={dice.randint(1, 10**6)}",
    ]
    chosen = dice.sample(parameters, dice.randint(0, 3))
    headers = {
        "Accept": dice.choice(ACCEPTS), "Accept-Encoding": dice.choice(["gzip", "br", "identity", "gzip;q=0"]),
        "Accept-Language": dice.choice(["de", "fr", "en;q=0.2"]), "User-Agent": dice.randbytes(20).hex(),
        "HX-Request": dice.choice(["true", "1"]), "HX-Boosted": "true", "X-Anything": str(dice.random()),
    }  # fmt: skip
    return f"/courses?{'&'.join(chosen)}", headers


def test_thousands_of_made_up_questions_take_no_more_than_is_allowed(alpha, offer, client_of, settings):
    settings.PAGE_CACHE_MEGABYTES, settings.PAGE_CACHE_SECONDS = 0.5, 3600
    pages, api, dice = client_of(alpha), client_of(alpha, api=True), random.Random(7)
    people_ask = f"/courses/{offer.slug}/"
    assert asked_of_the_database(pages, people_ask) > 0
    for _ in range(2000):
        path, headers = made_up(dice)
        assert api.get(path, headers=headers).status_code == 200
        assert page_cache._answers.bytes + page_cache._queries.bytes <= 500_000
    assert len(kept()) > 20
    assert asked_of_the_database(pages, people_ask) == 0


def test_one_question_in_many_spellings_is_kept_once(alpha, offer, client_of):
    client, dice = client_of(alpha, api=True), random.Random(7)
    parameters = ["seats=1", "pageSize=30", "priceTo=500", "ordering=title"]
    for _ in range(60):
        dice.shuffle(parameters)
        client.get(f"/courses?{'&'.join(parameters)}", headers=made_up(dice)[1])
        client.head(f"/courses?{'&'.join(parameters)}")
    assert len(kept()) == 1


@pytest.mark.parametrize("page", ["/", "/courses/{slug}/", "/courses/", "/about/"])
def test_parameters_that_a_page_does_not_read_make_no_other_page(alpha, offer, client_of, page):
    client, dice = client_of(alpha), random.Random(7)
    path = page.format(slug=offer.slug)
    first = client.get(path).content
    for n in range(30):
        again = client.get(
            f"{path}?utm={n}&{dice.randbytes(8).hex()}", headers={"Accept": f"x/{n}", "HX-Target": str(n)}
        )
        assert again.content == first
    assert len(kept()) == 1


def test_a_part_of_the_list_is_not_the_list(alpha, offer, client_of):
    client = client_of(alpha)
    whole = client.get("/courses/").content
    part = client.get("/courses/", headers={"HX-Request": "true"}).content
    assert len(part) < len(whole)
    assert (
        client.get("/courses/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).content == whole
    )
    assert (
        client.get("/courses/?sort=title&seats=1").content == client.get("/courses/?seats=1&free=&sort=title").content
    )


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_nobody_writes_so_is_served_and_not_kept(alpha, offer, client_of, host):
    client = client_of(alpha)
    assert client.get("/", headers={"Host": host}).status_code == 200
    assert not kept()


def test_what_is_larger_than_an_eighth_is_not_kept():
    cache: BoundedCache[bytes] = BoundedCache(lambda: 8_000, most=100)
    cache.put("small", b"x" * 500)
    cache.put("large", b"x" * 1_000)
    assert cache.get("small")
    assert cache.get("large") is None
    assert 500 < cache.bytes < 1_000


def test_no_less_is_counted_than_the_memory_that_entries_take():
    count = 3_000
    cache: BoundedCache[Any] = BoundedCache(lambda: 10**9, most=count)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for n in range(count):
            headers = tuple((f"Header-{n}-{m}", f"value {n} {m}") for m in range(12))
            tables = frozenset({f"table_{n}_{m}" for m in range(9)})
            answer = page_cache.Answer(tables, n.to_bytes(16, "big"), n + 0.5, bytes(n), headers)
            cache.put(n.to_bytes(16, "little"), answer)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert taken <= cache.bytes <= 1.3 * taken
