"""Nobody finds out who has an account, or who booked, by asking: not from the answer and not from how long it takes."""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.core.cache import cache

from bench.machine import times_slower
from shared_apps.accounts.models import User
from shared_apps.core.ids import reference, uuid7
from shared_apps.tenants.context import tenant_context
from tests.isolation.populate import World
from tests.isolation.walk import undone

JSON = "application/json"
# Between the medians of two kinds of askers, on the machine on which limits in milliseconds were set. What is left is
# a row more or less that is written, and a network may ask a few dozen times an hour.
MOST_MILLISECONDS = 5
# All as long as each other, so that answers which repeat the address are as long as each other too.
ADDRESSES = {
    "known": "student@canaryalpha.test",
    "waiting to be confirmed": "waiting@canaryalpha.test",
    "unknown": "nothing@canaryalpha.test",
}


@dataclass(frozen=True)
class Question:
    """`ask(world, who)` asks once; `who` is one of `kinds`, which must all be answered alike."""

    kinds: list[str]
    ask: Callable[[World, str], Any]


def page(path: str, **fields: str) -> Question:
    def ask(a: World, who: str) -> Any:
        return a.pages().post(path, {name: text.format(ADDRESSES[who]) for name, text in fields.items()})

    return Question(list(ADDRESSES), ask)


def endpoint(path: str, **fields: str) -> Question:
    def ask(a: World, who: str) -> Any:
        body = {name: text.format(ADDRESSES[who]) for name, text in fields.items()}
        return a.api().post(path, body, content_type=JSON)

    return Question(list(ADDRESSES), ask)


def _booking(a: World, who: str) -> Any:
    return a.rows["confirmed"].pk if who == "another's" else uuid4()


def by_id(a: World, who: str) -> Any:
    return a.api("stranger").get(f"/bookings/{_booking(a, who)}")


def by_reference(a: World, who: str) -> Any:
    named = a.rows["confirmed"].reference if who == "another's" else reference()
    return a.api("stranger").get("/bookings", {"reference": named})


def by_link(a: World, who: str) -> Any:
    token = a.values["bookings", "token"]
    made_up = f"{token[:-4]}AAAA" if who == "another's" else "x" * len(token)
    return a.pages().get(f"/bookings/{made_up}/")


def for_somebody_else(a: World, who: str) -> Any:
    customer = a.rows["person of student"].pk if who == "another's" else uuid7()
    body = {"sessionId": str(a.rows["other session"].pk), "customerId": str(customer)}
    return a.api("stranger").post("/bookings", body, content_type=JSON)


THEIRS = ["another's", "nobody's"]
QUESTIONS = {
    "signing in by page": page("/accounts/login/", login="{}", password="wrong-pass-1"),
    "signing in by API": endpoint("/auth/login", email="{}", password="wrong-pass-1"),
    "signing up by page": page("/accounts/signup/", name="Ada", email="{}", password1="a-new-password-9"),
    "signing up by API": endpoint("/auth/register", name="Ada", email="{}", password="a-new-password-9"),
    "asking for a reset by page": page("/accounts/password/reset/", email="{}"),
    "asking for a reset by API": endpoint("/auth/forgot-password", email="{}"),
    "asking for the link again": endpoint("/auth/verify-email/resend", email="{}"),
    "a booking by its id": Question(THEIRS, by_id),
    "a booking by its reference": Question(THEIRS, by_reference),
    "a booking by a made-up link": Question(THEIRS, by_link),
    "a booking for somebody else": Question(THEIRS, for_somebody_else),
}


@pytest.fixture
def quick_passwords() -> None:
    """Here they are hashed as they are in production."""


def said(response: Any) -> tuple[Any, ...]:
    """All of an answer that is not made anew each time."""
    text = response.content.decode()
    for address in ADDRESSES.values():
        text = text.replace(address, "x" * len(address))
    text = re.sub(r'(csrfmiddlewaretoken" value=")\w+|("requestId":")\w+|[0-9a-f]{32}|[0-9a-f-]{36}', "", text)
    headers = {name: value for name, value in response.items() if name not in {"X-Request-Id", "Expires"}}
    return response.status_code, headers, sorted(response.cookies), len(response.content), text


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_same_whoever_is_asked_about(a, monkeypatch, name):
    """Word for word, byte for byte, with as many passwords hashed, which is what takes long."""
    hashed: list[str] = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *args: (hashed.append("x"), encode(*args))[1])
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *args: (hashed.append("x"), verify(*args))[1])
    answers = {}
    for who in QUESTIONS[name].kinds:
        hashed.clear()
        cache.clear()
        with undone():
            answers[who] = (*said(QUESTIONS[name].ask(a, who)), len(hashed))
    first, *others = answers.values()
    for other in others:
        assert other == first


def test_the_control_tells_a_right_password_from_a_wrong_one(a):
    with undone():
        fields = {"login": ADDRESSES["known"], "password": "wrong-pass-1"}
        assert said(a.pages().post("/accounts/login/", fields)) != said(a.pages("student").get("/my/bookings/"))


def test_the_control_is_told_by_the_clock(a, monkeypatch):
    """Hashing only what there is to compare with: the way most sign-ins are written first."""
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 102_400)  # as well as outside of the tests
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    with undone(), tenant_context(a.tenant):
        User.objects.filter(email=ADDRESSES["known"]).update(password=make_password("right", hasher="argon2"))
        for who in [*taken] * 5:
            begun = time.perf_counter()
            user = User.objects.filter(email=ADDRESSES[who]).first()
            assert not (user and user.check_password("wrong-pass-1"))
            taken[who].append((time.perf_counter() - begun) * 1000)
    assert statistics.median(taken["known"]) - statistics.median(taken["unknown"]) > MOST_MILLISECONDS


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_takes_as_long_whoever_is_asked_about(a, repeats, finding, name):
    if not (times := repeats(0, thorough=150 if name.startswith("signing") else 500)):  # hashing takes its time
        pytest.skip("in thorough runs only")
    question = QUESTIONS[name]
    taken: dict[str, list[float]] = {who: [] for who in question.kinds}
    for who in question.kinds * times:  # in turn, so that a busy moment is shared
        cache.clear()
        with undone():
            begun = time.perf_counter()
            question.ask(a, who)
            taken[who].append((time.perf_counter() - begun) * 1000)
    medians = {who: statistics.median(values) for who, values in taken.items()}
    apart = max(medians.values()) - min(medians.values())
    most = MOST_MILLISECONDS * times_slower()
    listed = ", ".join(f"{who} {median:.1f}" for who, median in medians.items())
    finding(
        f"Finding out who is known: {name}", times=times,
        must=f"medians less than {MOST_MILLISECONDS} ms apart, here {most:.1f}",
        found=f"{apart:.1f} ms apart ({listed})",
        control="who hashes only the passwords of people they know is told by the clock",
    )  # fmt: skip
    assert apart < most, listed
