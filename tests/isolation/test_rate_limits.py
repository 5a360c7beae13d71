"""Whoever tries too often has to wait, whatever they claim to be; nobody else does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache

from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Booking
from tests import make
from tests.isolation.populate import World
from tests.isolation.walk import undone

JSON = "application/json"


@dataclass(frozen=True)
class Limited:
    """Something that can be tried `most` times: `send(world, n, **headers)` tries it the n-th time."""

    send: Callable[..., Any]
    most: int


def page(path: str, **fields: str) -> Callable[..., Any]:
    def send(world: World, n: int, **headers: str) -> Any:
        return world.pages().post(path, {name: text.format(n=n) for name, text in fields.items()}, headers=headers)

    return send


def endpoint(path: str, **fields: str) -> Callable[..., Any]:
    def send(world: World, n: int, **headers: str) -> Any:
        body = {name: text.format(n=n) for name, text in fields.items()}
        return world.api().post(path, body, content_type=JSON, headers=headers)

    return send


def seats_by_page(world: World, n: int, **headers: str) -> Any:
    """Ten seats by a new browser under a new address, who lets them run out."""
    email, path = f"mallory{n}-{uuid4().hex}@new.test", f"/sessions/{world.rows['roomy session'].pk}/book/"
    form = {"form_key": str(uuid4()), "seats": "10", "name": "Mallory", "email": email, "coming": "on"}
    form |= {"accept_terms": "on", "terms_shown": "1", "care1-date_of_birth": "1990-05-17"}
    answer = world.pages().post(path, form, headers=headers)
    if answer.status_code == 302:
        with tenant_context(world.tenant):
            make.run_out(Booking.objects.get(buyer__email=email))
    return answer


def seats_by_api(world: World, n: int, **headers: str) -> Any:
    """Ten seats by one student, who lets them run out."""
    body = {"sessionId": str(world.rows["roomy session"].pk), "seats": 10}
    answer = world.api("stranger").post("/bookings", body, content_type=JSON, headers=headers)
    if answer.status_code == 201:
        with tenant_context(world.tenant):
            make.run_out(Booking.objects.get(pk=answer.json()["id"]))
    return answer


def guesses_by_page(world: World, n: int, **headers: str) -> Any:
    """Whether the student has booked: the form can't but say so."""
    path = f"/sessions/{world.rows['public session'].pk}/book/"
    email = world.users["student"].email
    form = {"form_key": str(uuid4()), "seats": "1", "name": "Mallory", "email": email, "coming": "on"}
    form |= {"accept_terms": "on", "terms_shown": "1", "care1-date_of_birth": "1990-05-17"}
    return world.pages().post(path, form, headers=headers)


LIMITED = {
    "signing in by page": Limited(page("/accounts/login/", login="who{n}@new.test", password="wrong-pass-{n}"), 10),
    "signing in by API": Limited(endpoint("/auth/login", email="who{n}@new.test", password="wrong-pass-{n}"), 10),
    "one account's password by page": Limited(
        page("/accounts/login/", login="student@canaryalpha.test", password="wrong-pass-{n}"), 5
    ),
    "one account's password by API": Limited(
        endpoint("/auth/login", email="student@canaryalpha.test", password="wrong-pass-{n}"), 5
    ),
    "signing up by page": Limited(
        page("/accounts/signup/", name="Mallory", email="mallory{n}@new.test", password1="a-new-password-9"), 20
    ),
    "signing up by API": Limited(
        endpoint("/auth/register", name="Mallory", email="mallory{n}@new.test", password="a-new-password-9"), 20
    ),
    "asking for a reset by page": Limited(page("/accounts/password/reset/", email="who{n}@new.test"), 20),
    "asking for a reset by API": Limited(endpoint("/auth/forgot-password", email="who{n}@new.test"), 20),
    "holding seats by page": Limited(seats_by_page, 4),
    "asking who has booked": Limited(guesses_by_page, 5),
    "holding seats by API": Limited(seats_by_api, 4),
}

BY_ACCOUNT = {"holding seats by API"}
BY_ADDRESS = [name for name in LIMITED if name not in BY_ACCOUNT]


@pytest.fixture
def tries(worlds: tuple[World, World]) -> Any:
    """`tries("signing up by API", 20, hop="203.0.113.9")`: what the last of so many is answered, each with a lie."""
    cache.clear()

    def send(what: str, times: int, *, hop: str = "", at: World = worlds[0]) -> Any:
        for n in range(times):
            lie = f"198.51.100.{n % 250}, 10.0.0.{n % 250}"
            header = {"x-forwarded-for": f"{lie}, {hop}" if hop else lie, "x-real-ip": lie, "client-ip": lie}
            answer = LIMITED[what].send(at, n, **header)
        return answer

    with undone():
        for world in worlds:
            with tenant_context(world.tenant):
                world.rows["roomy session"] = make.session(in_days=500, capacity=40)
        yield send


@pytest.mark.parametrize("what", LIMITED)
def test_a_made_up_address_does_not_help_and_the_neighbour_is_not_touched(tries, b, what):
    assert tries(what, LIMITED[what].most).status_code != 429
    refused = tries(what, 1)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3 * 3600
    if not refused["Content-Type"].startswith("application/"):
        assert "</html>" in refused.content.decode()  # a page of ours, not a bare line
        assert "/static/" in refused.content.decode()
    assert tries(what, 1, at=b).status_code != 429


@pytest.mark.parametrize("what", BY_ADDRESS)
def test_behind_one_proxy_the_address_it_saw_counts(tries, settings, what):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert tries(what, LIMITED[what].most, hop="203.0.113.9").status_code != 429
    assert tries(what, 1, hop="203.0.113.9").status_code == 429
    assert tries(what, 1, hop="203.0.113.10").status_code != 429
