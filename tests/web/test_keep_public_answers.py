"""Public answers are used again while nothing changed, and never a moment longer than agreed."""

import gzip
import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.tenants.context import tenant_context
from shared_apps.web import kept_address, page_cache
from tenant_apps.bookings.services import book_seats
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.services import update_session
from tests import make

PAGES = ["/", "/courses/", "/courses/{slug}/", "/trainers/", "/trainers/{trainer}/", "/about/", "/terms/", "/privacy/"]
LISTS = ["/courses", "/courses/{course}", "/sessions", "/trainers", "/trainers/{trainer_id}"]


@pytest.fixture
def offer(alpha: Any) -> Any:
    with tenant_context(alpha):
        trainer = make.trainer()
        course = make.course(title="Boiler care", lead_trainer=trainer)
        make.session(course=course, trainer=trainer, capacity=4)
        return course


def queries_of(call: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        call()
    return [query["sql"] for query in queries if not query["sql"].startswith("SET")]


def seen(response: Any) -> str:
    return " ".join(response.content.decode().split())


def fill(address: str, course: Any) -> str:
    trainer = course.lead_trainer
    return address.format(slug=course.slug, course=course.pk, trainer=trainer.slug, trainer_id=trainer.pk)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asked_for_again_costs_one_small_query(alpha, offer, client_of, address):
    client = client_of(alpha)
    first = client.get(fill(address, offer))
    again = queries_of(lambda: client.get(fill(address, offer)))
    assert first.status_code == 200
    assert len(again) == 1
    assert client.get(fill(address, offer)).content == first.content


@pytest.mark.parametrize("address", LISTS)
def test_a_list_asked_for_again_costs_one_small_query(alpha, offer, client_of, address):
    client = client_of(alpha, api=True)
    first = client.get(fill(address, offer))
    assert len(queries_of(lambda: client.get(fill(address, offer)))) == 1
    assert client.get(fill(address, offer)).json() == first.json()


@pytest.mark.parametrize(("api", "address"), [*((False, one) for one in PAGES), *((True, one) for one in LISTS)])
def test_what_is_kept_was_made_of_watched_rows_alone(alpha, offer, client_of, api, address):
    client = client_of(alpha, api=api)
    read = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', " ".join(queries_of(lambda: client.get(fill(address, offer))))))
    watched = {model._meta.db_table for model in page_cache._watched}
    assert read
    of_the_tenant = {"tenants_tenant", "tenants_domain", "tenants_provideraccount"}  # its facts are part of the key
    assert read <= watched | of_the_tenant


def sell_a_seat(course: Any) -> None:
    session = course.sessions.get()
    book_seats(session=session, buyer=make.person(), by=None)


CHANGES = {
    "a seat is sold": sell_a_seat,
    "the price goes up": lambda course: Session.objects.update(price=999),
    "the course gets another name": lambda course: Course.objects.update(title="Boilers"),
    "another course appears": lambda course: make.session(),
    "its date is gone": lambda course: Session.objects.update(visibility="private"),
    "the trainer marries": lambda course: Person.objects.filter(trainer__isnull=False).update(name="Ada Newname"),
    "the brand changes": lambda course: Brand.objects.update(tagline="We care"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_shows_at_once(alpha, offer, client_of, change):
    client = client_of(alpha)
    page = f"/courses/{offer.slug}/"
    before, no_work = client.get(page), len(queries_of(lambda: client.get(page)))
    with tenant_context(alpha):
        change(offer)
    work = len(queries_of(lambda: client.get(page)))
    assert before.status_code == 200
    assert work > no_work


@pytest.mark.parametrize("page", ["/about/", "/terms/"])
def test_a_seat_that_is_sold_makes_no_page_stale_that_shows_no_seats(alpha, offer, client_of, page):
    client = client_of(alpha)
    client.get(page)
    with tenant_context(alpha):
        sell_a_seat(offer)
    assert len(queries_of(lambda: client.get(page))) == 1
    with tenant_context(alpha):
        Brand.objects.update(tagline="We care")
    assert len(queries_of(lambda: client.get(page))) > 1


def plan_in_private(course: Any) -> None:
    session = make.session(course=course, visibility="private", capacity=4, in_days=40)
    book_seats(session=session, buyer=make.person(), by=None, by_office=True)
    update_session(session, by=None, capacity=5)
    make.course(published=False)


def test_what_is_private_makes_no_public_page_stale(alpha, offer, client_of):
    client, page = client_of(alpha), f"/courses/{offer.slug}/"
    client.get(page)
    with tenant_context(alpha):
        plan_in_private(offer)
    assert len(queries_of(lambda: client.get(page))) == 1
    with tenant_context(alpha):
        Session.objects.filter(visibility="private").update(visibility="public")
    assert len(queries_of(lambda: client.get(page))) > 1


def test_availability_is_never_older_than_a_second(alpha, offer, client_of, settings):
    settings.PAGE_CACHE_SECONDS = 1
    client, page = client_of(alpha), f"/courses/{offer.slug}/"
    assert "4 seats free" in seen(client.get(page))
    with tenant_context(alpha):
        sell_a_seat(offer)
    deadline = time.monotonic() + 1.2
    while "3 seats free" not in seen(client.get(page)):
        assert time.monotonic() < deadline


def test_who_is_signed_in_gets_a_page_of_their_own(alpha, offer, client_of):
    visitor, student = client_of(alpha), client_of(alpha)
    with tenant_context(alpha):
        user, _ = make.student_user()
    student.sign_in(user)
    assert b"Sign out" not in visitor.get("/").content
    assert b"Sign out" in student.get("/").content
    assert b"Sign out" not in visitor.get("/").content


def test_tenants_and_addresses_do_not_share(alpha, beta, offer, client_of):
    at_alpha = client_of(alpha).get("/").content
    on_host = client_of(alpha, on_host=True).get("/").content
    assert client_of(beta).get("/").content != at_alpha
    assert b'href="/alpha/courses/"' in at_alpha
    assert b'href="/alpha/courses/"' not in on_host


def test_a_visitor_who_has_the_page_is_told_so(alpha, offer, client_of):
    client = client_of(alpha)
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    with tenant_context(alpha):
        Brand.objects.update(tagline="We care")
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_a_kept_page_travels_packed(alpha, offer, client_of):
    client = client_of(alpha)
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert client.get("/").content == plain.content


@pytest.mark.parametrize(("path", "api"), [("/", False), ("/courses/", False), ("/courses", True)])
def test_the_first_answer_travels_packed_as_the_kept_ones_do(alpha, offer, client_of, path, api):
    client = client_of(alpha, api=api)
    first, second = (client.get(path, headers={"Accept-Encoding": "gzip"}) for _ in range(2))
    assert first.headers["Content-Encoding"] == second.headers["Content-Encoding"] == "gzip"
    assert first.content == second.content
    assert first.headers["ETag"] == second.headers["ETag"]


def held() -> int:
    return len(page_cache._answers) + len(page_cache._queries)


def test_a_question_that_is_too_long_is_not_kept(alpha, offer, client_of):
    client = client_of(alpha)
    client.get("/courses/?category=" + "x" * kept_address.LONGEST_QUERY)
    assert not [one for one, _cost in page_cache._answers._values.values() if isinstance(one, page_cache.Answer)]
    assert len(page_cache._queries) == 0


def test_answers_are_never_more_than_so_many(alpha, offer, client_of, monkeypatch):
    monkeypatch.setattr(page_cache._queries, "_most", 10)
    client = client_of(alpha, api=True)
    for number in range(1, 30):
        client.get(f"/courses?pageSize={number}")
    assert len(page_cache._queries) == 10


@pytest.mark.parametrize("address", ["/courses?q=boiler", "/courses?q=zzz", "/trainers?q=zzz", "/courses?seats=9999"])
def test_searches_and_empty_lists_are_not_kept(alpha, offer, client_of, address):
    client = client_of(alpha, api=True)
    assert client.get(address).status_code == 200
    assert held() == 0


def test_one_answer_serves_whoever_takes_json(alpha, offer, client_of):
    client = client_of(alpha, api=True)
    for accept in ("*/*", "application/json", "text/html, application/json;q=0.9", "x/y," * 60 + "application/json"):
        assert client.get("/courses", headers={"Accept": accept}).status_code == 200
    assert held() == 1
    assert client.get("/courses", headers={"Accept": "text/html"}).status_code == 406
    indented = client.get("/courses", headers={"Accept": "application/json; indent=4"})
    assert indented.json()["results"]
    assert held() == 1


def test_the_parts_of_a_page_are_drawn_again_when_their_rows_change(alpha, offer, client_of):
    client, page = client_of(alpha), f"/courses/{offer.slug}/"
    before = client.get(page).content.decode()
    with tenant_context(alpha):
        sell_a_seat(offer)
        Course.objects.filter(pk=offer.pk).update(outcomes="Mend any boiler")
    after = client.get(page).content.decode()
    assert "Mend any boiler" not in before
    assert "Mend any boiler" in after
    with tenant_context(alpha):
        Brand.objects.update(tagline="Nothing leaks", contact_phone="01234 567890")
    assert "01234 567890" in client.get(page).content.decode()
