"""Public pages and lists: CPU of web and Postgres per request, kept and made anew, and how old they may be."""

import time
from collections.abc import Iterator
from typing import Any

from bench.client import Ask, send
from bench.figures import Figure
from bench.site import Site, served_with

SLUG = "bristol-gas-training"
COUNT = 800
LISTED = 30
BLOCKS = 4
BOTH = "CPU of the web and Postgres processes per request, one after the other; the best of 4 times 200"


def measure(site: Site) -> Iterator[Figure]:
    """A course page and the list of courses, warm (kept) and cold (made anew)."""
    from shared_apps.tenants.context import public_context, tenant_context
    from shared_apps.tenants.models import Tenant

    with public_context():
        tenant = Tenant.objects.get(slug=SLUG)
    with tenant_context(tenant):
        course = _course()
        _fill_up()
    page, listed = f"/{SLUG}/courses/{course.slug}/", f"/api/tenant/{SLUG}/courses"
    yield Figure("Course page, warm", per_request(site, page), "ms", 4, BOTH)
    yield Figure(
        "Course page, cold",
        per_request(site, page, anew="n"),
        "ms",
        12,
        f"{BOTH}, each page made anew; what does not change with a sale is kept",
    )
    with served_with(site, PAGE_CACHE_MEGABYTES="0") as forgetful:
        how = f"{BOTH}, by a server that keeps nothing, not even the parts of pages"
        yield Figure("Course page, nothing kept", per_request(forgetful, page), "ms", None, how)
    yield Figure("Course page, cold: queries", queries(page), "", 6, "Statements but for pointing at the tenant")
    yield Figure(f"GET courses ({LISTED}), warm", per_request(site, listed), "ms", 4, BOTH)
    cold = per_request(site, listed, anew="priceTo")
    yield Figure(f"GET courses ({LISTED}), cold", cold, "ms", 12, f"{BOTH}, each anew")
    with tenant_context(tenant):
        stale = max(_stale(site, page, course.sessions.bookable().with_seats(5)[0]) for _ in range(5))
    how = "After a seat is taken, the last moment at which any of 4 visitors is told the old number; worst of 5"
    yield Figure("Age of availability at most", stale, "s", 1, how)


def per_request(site: Site, path: str, *, anew: str = "") -> float:
    """CPU milliseconds of web and Postgres per request; each by an address of its own, if it has a parameter `anew`.

    The API takes only parameters that it knows.
    """
    asks = [Ask(f"{path}?{anew}={1_000_000 + n}" if anew else path) for n in range(COUNT + 40)]
    send(site.port, asks[:40]).all_are(200)
    spent = []
    for block in range(BLOCKS):  # the machine is not equally fast all the time
        before = site.cpu()
        send(site.port, asks[40 + block :: BLOCKS]).all_are(200)
        spent.append((site.cpu() - before).both / len(asks[40 + block :: BLOCKS]) * 1000)
    return min(spent)


def queries(path: str) -> int:
    """What a page asks the database when it is made anew in a process that has made others."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    for _ in range(2):  # the first draws for the first time, which may take longer than an answer is fresh
        client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path, {"n": 1})
    return sum(not query["sql"].startswith("SET search_path") for query in captured)


def _course() -> Any:
    """The course with the most dates."""
    from tenant_apps.catalogue.models import Course

    return max(Course.objects.public(), key=lambda course: course.sessions.bookable().count())


def _fill_up() -> None:
    """Courses like the first one, until there are as many as a page of the list holds."""
    from tenant_apps.catalogue.models import Course

    like = Course.objects.public().first()
    assert like
    for n in range(LISTED - Course.objects.public().count()):
        fields = {"category": like.category, "audience": like.audience, "summary": like.summary, "price": like.price}
        more = {"description": like.description, "duration_minutes": like.duration_minutes, "published": True}
        Course.objects.create(title=f"{like.title} {n}", slug=f"{like.slug}-{n}", **fields, **more)


def _stale(site: Site, path: str, session: Any) -> float:
    """Seconds after a sale at which somebody was last told the number of seats before it."""
    from concurrent.futures import ThreadPoolExecutor
    from http.client import HTTPConnection

    from django.db.models import F

    def watch(until: float) -> list[tuple[float, bytes]]:
        line, seen = HTTPConnection("127.0.0.1", site.port, timeout=30), []
        while (asked := time.perf_counter()) < until:
            line.request("GET", path, headers={"Host": f"localhost:{site.port}"})
            seen.append((asked, line.getresponse().read()))
        return seen

    with ThreadPoolExecutor(4) as visitors:
        begun = [visitors.submit(watch, time.perf_counter() + 2.5) for _ in range(4)]
        old = begun and watch(time.perf_counter() + 0.01)[-1][1]
        type(session).objects.filter(pk=session.pk).update(booked_spots=F("booked_spots") + 1)
        sold = time.perf_counter()
        seen = [answer for visitor in begun for answer in visitor.result()]
    return max((asked - sold for asked, content in seen if content == old), default=0.0)
