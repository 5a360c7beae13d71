"""Public pages and lists: CPU of web and Postgres per request, kept and made anew, and how old they may be."""

import time
from collections.abc import Iterator
from typing import Any

from bench.client import Ask, send
from bench.figures import Figure, Pair
from bench.reference import Reference
from bench.site import Site, served_with

SLUG = "bristol-gas-training"
LISTED = 30
BLOCKS, COUNT = 4, 200
BOTH = f"CPU of the web and Postgres processes per request, one after the other; the best of {BLOCKS} times {COUNT}"
BARE_PAGE = "against a bare view of Django that answers the same bytes"
BARE_LIST = "against a bare view of DRF that answers the same"
FORGETFUL = "by a server that keeps nothing, not even the parts of pages"


def measure(site: Site, reference: Reference) -> Iterator[Figure]:
    """A course page and lists of the API, kept and made anew."""
    from shared_apps.tenants.context import public_context, tenant_context
    from shared_apps.tenants.models import Tenant

    with public_context():
        tenant = Tenant.objects.get(slug=SLUG)
    with tenant_context(tenant):
        course = _course()
        _fill_up()
    page, courses, sessions = (f"/{SLUG}/courses/{course.slug}/", *(address(name) for name in ("courses", "sessions")))
    reference.take(site, Ask(page), "course")
    reference.take(site, Ask(courses), "courses")
    reference.take(site, Ask(sessions), "sessions")

    yield _row("Course page, kept", pair(site, reference, Ask(page), "/django/course"), 4, f"{BOTH}, {BARE_PAGE}")
    with served_with(site, PAGE_CACHE_MEGABYTES="0") as forgetful:
        drawn = pair(forgetful, reference, Ask(page), "/django/course")
        yield _row("Course page, nothing kept", drawn, 43, f"{BOTH}, {FORGETFUL}, {BARE_PAGE}")
        listed = pair(forgetful, reference, Ask(sessions), "/drf/sessions")
        yield _row(f"GET sessions ({LISTED}), nothing kept", listed, 20, f"{BOTH}, {FORGETFUL}, {BARE_LIST}")
        listed = pair(forgetful, reference, Ask(courses), "/drf/courses")
        yield _row(f"GET courses ({LISTED}), nothing kept", listed, 20, f"{BOTH}, {FORGETFUL}, {BARE_LIST}")
    yield Figure("Course page, nothing kept: queries", queries(page), "", 6, STATEMENTS)
    yield Figure(
        "GET sessions, nothing kept: queries", queries(sessions), "", 3, f"{STATEMENTS}; days and team are one each"
    )
    kept = pair(site, reference, Ask(courses), "/drf/courses")
    yield _row(f"GET courses ({LISTED}), kept", kept, 3, f"{BOTH}, {BARE_LIST}")
    with tenant_context(tenant):
        stale = max(_stale(site, page, course.sessions.bookable().with_seats(5)[0]) for _ in range(5))
    how = "After a seat is taken, the last moment at which any of 4 visitors is told the old number; worst of 5"
    yield Figure("Age of availability at most", stale, "s", 1, how)


STATEMENTS = "Statements but for pointing at the tenant"


def address(name: str) -> str:
    """Where the API lists `name`."""
    return f"/api/tenant/{SLUG}/{name}"


def bookings(site: Site, reference: Reference, headers: dict[str, str], count: int) -> Iterator[Figure]:
    """The office's list of bookings, of which there are `count`."""
    ask = Ask(address("bookings"), headers=headers)
    reference.take(site, ask, "bookings")
    listed = pair(site, reference, ask, "/drf/bookings")
    yield _row(f"GET bookings ({LISTED} of {count:,})", listed, 24, f"{BOTH}, by the office, {BARE_LIST}")
    yield Figure("GET bookings: queries", queries(ask.path, headers), "", 6, f"{STATEMENTS}, who asks included")


def _row(name: str, found: Pair, limit: float, how: str) -> Figure:
    return Figure(name, found.ratio, "×", limit, how, str(found))


def pair(site: Site, reference: Reference, ask: Ask, bare: str) -> Pair:
    """CPU milliseconds for each request and for the bare view, in turn: the machine is not always equally fast."""
    spent, least = [], []
    send(site.port, [ask] * 40).all_are(200)
    reference.milliseconds(bare, count=40)
    for _ in range(BLOCKS):
        before = site.cpu()
        send(site.port, [ask] * COUNT).all_are(200)
        spent.append((site.cpu() - before).both / COUNT * 1000)
        least.append(reference.milliseconds(bare, count=COUNT))
    return Pair(min(spent), min(least))


def queries(path: str, headers: dict[str, str] | None = None) -> int:
    """What a page asks the database when it is made anew in a process that has made others."""
    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost", **(headers or {})})
    with override_settings(PAGE_CACHE_MEGABYTES=0, PAGE_CACHE_SECONDS=60):
        for _ in range(2):
            client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
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
        type(session).objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") + 1)
        sold = time.perf_counter()
        seen = [answer for visitor in begun for answer in visitor.result()]
    return max((asked - sold for asked, content in seen if content == old), default=0.0)
