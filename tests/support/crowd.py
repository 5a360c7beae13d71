"""Many people who press at the same moment, over real HTTP."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from shared_apps.accounts import tokens
from shared_apps.accounts.services import create_user
from shared_apps.sandbox.stripe_api.accounts import ensure_account
from shared_apps.tenants.context import public_context, tenant_context
from tenant_apps.payments.providers.stripe.client import client
from tests.support.accounts import pay_with


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


def take_cards(tenant: Any, address: str, settings: Any) -> str:
    """`tenant` takes cards at the stand-in of the site at `address`, ours too; the id of its account there."""
    settings.STRIPE_API_BASE = f"{address}/sandbox/stripe"
    client.cache_clear()
    account = f"acct_{tenant.slug}"
    with public_context():
        ensure_account(account_id=account, name=tenant.name, country="GB", currency=tenant.currency.lower())
        pay_with(tenant, account)
    return account


def card_at(url: str) -> Callable[[], requests.Response]:
    """A card filled in at the stand-in's page `url`; call it to press the button."""
    http = browser()
    token = token_in(http.get(url, timeout=60).text)
    card = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Ada Test"}
    form = {"csrfmiddlewaretoken": token, **card}
    return lambda: http.post(url, form, timeout=60, allow_redirects=False, headers={"Referer": url})


def pay_by_card(url: str) -> str:
    """Fill in a card at the stand-in's page `url` and pay; where the browser is sent then."""
    answer = card_at(url)()
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def token_in(page: str) -> str:
    """The token that a form of `page` is sent with."""
    token = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', page)
    assert token, page
    return token[1]


def browser(**cookies: str) -> requests.Session:
    """A browser without JavaScript."""
    http = requests.Session()
    http.trust_env = False
    http.cookies.update(cookies)
    return http


def send_form(http: requests.Session, page: str, *, to: str = "", **fields: str) -> requests.Response:
    """Open `page` and send its form, perhaps `to` another address that the page names; the answer, not followed."""
    whole = {"csrfmiddlewaretoken": token_in(http.get(page, timeout=60).text), **fields}
    return http.post(to or page, whole, timeout=60, allow_redirects=False, headers={"Referer": page})


def within(share: float, times: list[float]) -> float:
    """The time, in seconds, within which `share` (0-1) of `times` lie."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


class From(HTTPAdapter):
    """Lets requests come from another `address` of this machine: from another network, as the site sees it."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)


def poster(url: str, token: str = "", *, address: str = "", **headers: str) -> Callable[..., requests.Response]:
    """A connection, perhaps from another `address`; call it with the JSON to post."""
    http = browser()
    if address:
        http.mount("http://", From(address))
    http.headers.update({**headers, **({"Authorization": f"Bearer {token}"} if token else {})})
    return lambda json: http.post(url, json=json, timeout=60)


class Visitor:
    """Somebody with a browser without JavaScript at the booking form of a session."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self.http = browser()
        page = self.http.get(url, timeout=60)
        found = dict(re.findall(r'name="(csrfmiddlewaretoken|form_key)"\s+value="([^"]+)"', page.text))
        assert set(found) == {"csrfmiddlewaretoken", "form_key"}, page.text
        self.hidden = found
        self.http.close()  # the server would hang up while the others read their page

    def book(self) -> requests.Response:
        """Send the form."""
        given = {"seats": "1", "name": self.name, "email": f"{self.name}@visitors.test", "coming": "on"}
        return self.http.post(
            self.url, {**self.hidden, **given}, timeout=60, allow_redirects=False, headers={"Referer": self.url}
        )
