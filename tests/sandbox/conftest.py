"""The real SDK over real HTTP, a person at the hosted page, and an endpoint that takes webhooks."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
import stripe
from django.utils import timezone

from tests.office.conftest import desk

__all__ = ["desk"]


@pytest.fixture(autouse=True)
def _no_webhooks_by_themselves(settings: Any) -> None:
    settings.SANDBOX_INLINE_WEBHOOKS = False


@pytest.fixture
def sdk(site: str, settings: Any) -> stripe.StripeClient:
    """The SDK as the platform uses it, without retries."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY, base_addresses={"api": settings.STRIPE_API_BASE}, max_network_retries=0
    )


@pytest.fixture
def account(site: str) -> str:
    """A provider's connected account that may take money."""
    from shared_apps.sandbox.stripe_api.accounts import ensure_account

    return ensure_account(account_id="acct_alpha", name="Alpha Training", country="GB", currency="gbp")


@pytest.fixture
def checkout(sdk: stripe.StripeClient) -> Callable[..., Any]:
    """`checkout()`: an open session over £120; parameters may be added or replaced."""

    def open_session(*, account: str | None = None, key: str | None = None, amount: int = 6000, **params: Any) -> Any:
        line = {
            "price_data": {"currency": "gbp", "unit_amount": amount, "product_data": {"name": "Gas safety, one seat"}},
            "quantity": 2,
        }
        whole = {
            "mode": "payment",
            "line_items": [line],
            "success_url": "http://shop.test/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://shop.test/back",
            "customer_email": "ada@example.test",
            "metadata": {"order": "42"},
            **params,
        }
        options = {name: value for name, value in [("stripe_account", account), ("idempotency_key", key)] if value}
        return sdk.v1.checkout.sessions.create(params=whole, options=options)

    return open_session


class Payer:
    """A person with a browser that runs no JavaScript and stops at the first redirect elsewhere."""

    def __init__(self) -> None:
        self.http = requests.Session()

    def post(self, url: str, **fields: str) -> requests.Response:
        """Open the page and send its form."""
        page = self.http.get(url, timeout=10)
        assert page.status_code == 200, page.text
        token = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', page.text)
        assert token, page.text
        data = {"csrfmiddlewaretoken": token[1], **fields}
        return self.http.post(url, data=data, timeout=20, allow_redirects=False)

    def pay(self, url: str, number: str = "4242 4242 4242 4242", **fields: str) -> requests.Response:
        """Fill in a card and pay."""
        whole = {"number": number, "expiry": "12 / 34", "cvc": "123", "name": "Ada Test", **fields}
        return self.post(url, **whole)


@pytest.fixture
def payer() -> Payer:
    return Payer()


class Endpoint:
    """What arrived: the raw body and the signature of each delivery. `answers` are statuses still to be given."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, str]] = []
        self.answers: list[int] = []

    def types(self) -> list[str]:
        return [event.type for event in self.events()]

    def events(self, secret: str = "whsec_sandbox") -> list[stripe.Event]:
        """Each delivery, verified by the SDK."""
        return [stripe.Webhook.construct_event(body, signature, secret) for body, signature in self.received]


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Endpoint]:
    """Where the stand-in's webhooks go in this test."""
    taken = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.received.append((body, self.headers["Stripe-Signature"]))
            self.send_response(taken.answers.pop(0) if taken.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SANDBOX_WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/hook"
    settings.STRIPE_WEBHOOK_SECRET = "whsec_sandbox"
    yield taken
    server.shutdown()
    server.server_close()
    thread.join()


class Hearing:
    """A server of ours as the stand-ins see it: what it was told. `answers` are statuses still to be given."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], str]] = []
        self.answers: list[int] = []
        self.url = ""

    def forms(self) -> list[dict[str, str]]:
        """Each body as a form."""
        return [dict(parse_qsl(body)) for _, _, body in self.heard]

    def updates(self) -> list[Any]:
        """Each body as JSON."""
        return [json.loads(body) for _, _, body in self.heard]


@pytest.fixture
def hearing() -> Iterator[Hearing]:
    """Where status callbacks and updates go in this test."""
    found = Hearing()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.heard.append((self.path, dict(self.headers), body))
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def after_a_while() -> Callable[[], None]:
    """`after_a_while()`: messages have come to their ends, and whoever asked was told."""
    from shared_apps.sandbox.messages.calls import work

    return lambda: work(timezone.now() + timedelta(minutes=5)) and None
