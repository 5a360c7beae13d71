"""A visitor who fills in the pages, and a provider that takes cards through the stand-in."""

import html
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests.api.conftest import api  # noqa: F401
from tests.office.conftest import desk  # noqa: F401
from tests.sandbox.conftest import Payer


def path(name: str, *args: Any) -> str:
    """The path of a provider's page."""
    return reverse(name, args=args, urlconf="config.urls_tenant")


def in_site(url: str) -> str:
    """The path and query of an absolute URL."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def page(booking: Any, name: str = "") -> str:
    """The path of the office's page of a booking, or of one below it."""
    return f"/admin/bookings/{booking.pk}/{name}"


def text(answer: Any) -> str:
    """What a page says, with the letters that HTML writes in another way."""
    return html.unescape(answer.content.decode())


class _Fields(HTMLParser):
    """The fields of each form of a page with what a browser sends for them: for every name the values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = [{}]
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value")
        kind = given.get("type") or "text"
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self._say(self._select, value or "")
        elif tag == "textarea":
            self._text = name
            self._say(name, "")
        elif tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in given:
                self._say(name, value or "on")
        elif tag == "input" and kind not in ("file", "submit", "image", "button"):
            self._say(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self._text = "" if tag == "textarea" else self._text

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text][0] += data

    def _say(self, name: str, value: str) -> None:
        if name:
            self.forms[-1].setdefault(name, []).append(value)


def filled(answer: Any, *, but: str = "") -> dict[str, Any]:
    """What a browser sends of a page's largest form, with nothing changed; without the fields that begin with `but`."""
    parser = _Fields()
    parser.feed(answer.content.decode())
    form = max(parser.forms, key=len)
    left = {name: values for name, values in form.items() if not (but and name.startswith(but))}
    return {name: values[0].lstrip("\n") if len(values) == 1 else values for name, values in left.items()}


def revoke(account: str = "acct_alpha") -> None:
    """The provider takes our access away at Stripe."""
    from shared_apps.sandbox.models import StripeObject
    from shared_apps.tenants.context import public_context

    with public_context():
        StripeObject.objects.filter(pk=account, kind="account").delete()


class Visitor:
    """A person in a browser without JavaScript, at one provider."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def open(self, url: str) -> Any:
        return self.client.get(in_site(url))

    def form(self, session: Any, **changes: Any) -> dict[str, Any]:
        """The booking form as this person fills it in; None leaves a field out."""
        text = self.open(path("book", session.pk)).content.decode()
        key = re.search(r'name="form_key"\s+value="([^"]+)"', text)
        assert key, text
        given = {"form_key": key[1], "seats": "1", "name": "Ada Byron", "email": "ada@example.com", "coming": "on"}
        return {name: value for name, value in {**given, **changes}.items() if value is not None}

    def send(self, session: Any, form: dict[str, Any]) -> Any:
        return self.client.post(path("book", session.pk), form)

    def book(self, session: Any, **changes: Any) -> Any:
        """Fill in and send the form; the answer."""
        return self.send(session, self.form(session, **changes))

    def token(self, session: Any, **changes: Any) -> str:
        """Fill in and send the form; the token of the booking's pages."""
        answer = self.book(session, **changes)
        assert answer.status_code == 302, answer.content.decode()
        return urlsplit(answer.url).path.split("/bookings/")[1].split("/")[0]

    def pay(self, token: str, purpose: str = "full") -> Any:
        """Press the pay button; the answer."""
        return self.client.post(path("booking_pay", token), {"purpose": purpose})


def booked_online(**fields: Any) -> Any:
    """A free booking that a visitor confirmed by the link in the email: what the office hears of."""
    from shared_apps.events.bus import deliver_due
    from tenant_apps.bookings.proof import confirm_by_link
    from tests import make

    booking = confirm_by_link(make.booking(session=make.session(price=0), **fields))
    deliver_due()
    return booking


@pytest.fixture
def visitor(client_of: Callable[..., Any], tenant: Any) -> Visitor:
    return Visitor(client_of(tenant))


@pytest.fixture
def other_visitor(client_of: Callable[..., Any], tenant: Any) -> Visitor:
    return Visitor(client_of(tenant))


class Cards(Payer):
    """A card at the stand-in's hosted page."""

    GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"

    def webhooks_arrive(self) -> None:
        """Over HTTP, as soon as a test says so; then what a worker would do."""
        from shared_apps.sandbox.stripe_api.webhooks import deliver_webhooks
        from shared_apps.tenants.context import public_context
        from tenant_apps.payments.webhooks import process_due_events

        with public_context():
            assert deliver_webhooks()
        process_due_events()


@pytest.fixture
def cards(site: str, alpha: Any, settings: Any) -> Iterator[Cards]:
    """Alpha takes cards. The test works at alpha, over real HTTP; webhooks come when it says so."""
    from shared_apps.sandbox.stripe_api.accounts import ensure_account
    from shared_apps.tenants import routing
    from shared_apps.tenants.context import tenant_context
    from tests.support.accounts import pay_with

    settings.SANDBOX_INLINE_WEBHOOKS = False
    pay_with(alpha, ensure_account(account_id="acct_alpha", name="Alpha Training", country="GB", currency="gbp"))
    routing.cache.clear()
    with tenant_context(alpha):
        yield Cards()


@pytest.fixture
def by_card(cards: Cards, visitor: Visitor) -> Callable[..., Any]:
    """`by_card()`: a booking of £120, paid by card; `by_card("4000 …")` by that one, of a session with these fields."""
    from shared_apps.events.bus import deliver_due
    from tenant_apps.bookings.models import Booking
    from tests import make

    def by_card(card: str = Cards.GOOD, **session: Any) -> Booking:
        token = visitor.token(make.session(**session))
        cards.pay(visitor.pay(token).url, card)
        visitor.open(path("booking_return", token))
        deliver_due()
        return Booking.objects.select_related("order").get()

    return by_card


@pytest.fixture
def mails(db: None) -> Callable[..., list[Any]]:
    """`mails()`, `mails("bookings/confirmed")`: what the present tenant said so far, oldest first."""

    def said(kind: str = "") -> list[Any]:
        from tenant_apps.messaging.models import Message

        rows = Message.objects.order_by("pk")
        return list(rows.filter(kind=kind) if kind else rows)

    return said


@pytest.fixture
def office(client_of: Callable[..., Any], tenant: Any) -> Any:
    """The browser of somebody who works in the office."""
    from tests import make

    return client_of(tenant).sign_in(make.user("admin", email="office@alpha.test"))
