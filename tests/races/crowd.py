"""Many people who press at the same moment, over real HTTP."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests

from shared_apps.accounts import tokens
from shared_apps.accounts.services import create_user
from shared_apps.tenants.context import tenant_context


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls in threads that begin together; what each returned, in order. They must not touch the database."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def tokens_of_students(tenant: Any, count: int) -> list[str]:
    """Access tokens of so many new students."""
    with tenant_context(tenant):
        people = [create_user(email=f"student{n}@crowd.test", name=f"Student {n}", verified=True) for n in range(count)]
        return [tokens.issue(user)["access_token"] for user in people]


def poster(url: str, token: str = "", **headers: str) -> Callable[..., requests.Response]:
    """A connection that is open already; call it with the JSON to post."""
    session = requests.Session()
    session.trust_env = False
    session.headers.update({**headers, **({"Authorization": f"Bearer {token}"} if token else {})})
    return lambda json: session.post(url, json=json, timeout=60)


class Visitor:
    """Somebody with a browser without JavaScript at the booking form of a session."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self.http = requests.Session()
        self.http.trust_env = False
        page = self.http.get(url, timeout=60)
        found = dict(re.findall(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"', page.text))
        assert set(found) == {"csrfmiddlewaretoken", "form_key"}, page.text
        self.hidden = found
        self.http.close()  # the server would hang up while the others read their page

    def book(self) -> requests.Response:
        """Send the form."""
        given = {"seats": "1", "name": self.name, "email": f"{self.name}@visitors.test", "coming": "on"}
        return self.http.post(
            self.url, {**self.hidden, **given}, timeout=60, allow_redirects=False, headers={"Referer": self.url}
        )
