"""Knocking at a door, and reading the answer closely."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.isolation.bodies import as_form, as_json
from tests.isolation.described import fields_of, parameters_of
from tests.isolation.doors import Door

LET_IN = {200, 201, 202, 204, 206, 303, 304, 400, 409, 415, 422, 429, 503}


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that is written inside remains, so that every door is knocked at in the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def knock(
    client: Client, door: Door, path: str, method: str, fields: dict[str, Any], *,
    query: dict[str, Any] | None = None, unknown: bool = False,
) -> Any:  # fmt: skip
    """Ask `door` once, with `query` in the URL of a GET and `fields` in the body of anything else.

    An endpoint is sent what it knows of both, since it refuses the rest; with `unknown`, that too.
    """
    cache.clear()  # nobody is to be turned away for having knocked too often
    cookies = copy(client.cookies)
    try:
        if method == "GET":
            known = parameters_of(door, method) if door.is_api and not unknown else set(query or {})
            return client.get(path, {name: value for name, value in (query or {}).items() if name in known})
        return _ask(client, door, path, method, fields, unknown=unknown)
    finally:
        client.cookies = cookies  # signing out is undone too


def _ask(client: Client, door: Door, path: str, method: str, fields: dict[str, Any], *, unknown: bool) -> Any:
    if door.is_api:
        sent, known = as_json(fields), fields_of(door, method)
        body = json.dumps(sent if unknown else {name: sent[name] for name in sent if name in known}, default=str)
        return client.generic(method, path, body, content_type="application/json")
    if method == "POST":
        return client.post(path, as_form(fields))
    return client.generic(method, path)


def is_login(response: Any) -> bool:
    """Whether the answer is the way to the sign-in page."""
    return response.status_code == 302 and "/accounts/login/" in response["Location"]


def everything_in(response: Any) -> str:
    """Body and headers of an answer, in lower case."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output()
    return f"{headers}\n{cookies}\n{body.decode(errors='replace')}".lower()


def crash_of(response: Any) -> str:
    """What went wrong inside, if something did."""
    if response.status_code != 500:
        return ""
    info = getattr(response, "exc_info", None)
    return f"{type(info[1]).__name__}: {info[1]}" if info else "500"


def outcome(response: Any) -> str:
    """An answer in one word: `yes` is let in, whatever the form then said."""
    if is_login(response):
        return "login"
    if response.status_code == 302 or response.status_code in LET_IN:
        return "yes"
    return str(response.status_code)
