"""From registering to a refund, over real HTTP, by nothing but the API, the emails and the card page."""

import re
from typing import Any

import pytest
import requests

from shared_apps.sandbox.stripe_api.accounts import ensure_account
from shared_apps.sandbox.stripe_api.webhooks import deliver_webhooks
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from shared_apps.timers.due import do_due_work
from tenant_apps.messaging.models import Message
from tests import make
from tests.support.accounts import pay_with

pytestmark = pytest.mark.django_db(transaction=True)


class Caller:
    """One program with one token."""

    def __init__(self, base: str, host: str = "") -> None:
        self.base, self.host, self.headers = base, {"Host": host} if host else {}, {}

    def __call__(self, method: str, path: str, body: Any = None, *, status: int, key: str = "") -> Any:
        headers = {**self.host, **self.headers, **({"Idempotency-Key": key} if key else {})}
        answer = requests.request(method, self.base + path, json=body, headers=headers, timeout=30)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


def key_from_email(tenant: Any, email: str) -> str:
    with tenant_context(tenant):
        text = Message.objects.filter(to=email).latest("created_at").text
    return re.findall(r"https?://\S+/accounts/\S+", text)[0].rstrip("/").rsplit("/", 1)[-1]


def pay_by_card(url: str) -> str:
    """Fill in the hosted page; the address it sends the browser back to."""
    browser = requests.Session()
    page = browser.get(url, timeout=30)
    token = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', page.text)
    assert token, page.text[:500]
    card = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Ada Test"}
    answer = browser.post(url, {"csrfmiddlewaretoken": token[1], **card}, timeout=30, allow_redirects=False)
    assert answer.status_code == 302, answer.text[:500]
    return str(answer.headers["Location"])


def do_what_is_due(tenant: Any) -> None:
    with tenant_context(tenant):
        do_due_work()


@pytest.mark.parametrize("on_host", [False, True], ids=["slug", "host"])
def test_register_book_pay_cancel_and_be_refunded(site, alpha, settings, on_host):
    settings.SANDBOX_INLINE_WEBHOOKS = False
    ensure_account(account_id="acct_alpha", name="Alpha Training", country="GB", currency="gbp")
    pay_with(alpha, "acct_alpha")
    with public_context():
        alpha = Tenant.objects.prefetch_related("domains").get(pk=alpha.pk)
    with tenant_context(alpha):
        session = make.session(price=100, capacity=3)

    call = Caller(f"{site}/api", f"alpha.localhost:{settings.PORT}") if on_host else Caller(f"{site}/api/tenant/alpha")
    ada = {"name": "Ada Lovelace", "email": "ada@example.com", "password": "engine-no-1"}
    call("POST", "/auth/register", ada, status=202)
    call("POST", "/auth/verify-email", {"key": key_from_email(alpha, ada["email"])}, status=204)
    tokens = call("POST", "/auth/login", {"email": ada["email"], "password": ada["password"]}, status=200)
    call.headers = {"Authorization": f"Bearer {tokens['accessToken']}"}

    found = call("GET", "/sessions?seats=1", status=200)["results"]
    assert [row["id"] for row in found] == [str(session.pk)]
    booking = call("POST", "/bookings", {"sessionId": found[0]["id"]}, status=201, key="book-1")
    assert (booking["status"], booking["order"]["deposit"]) == ("pending", 30)

    body = {"bookingId": booking["id"], "purpose": "deposit"}
    payment = call("POST", "/payments/stripe/initiate", body, status=201, key="pay-1")
    assert (payment["amount"], payment["status"], payment["purpose"]) == (30, "processing", "deposit")
    assert call("POST", "/payments/stripe/initiate", body, status=201, key="pay-1") == payment
    assert call("POST", "/payments/stripe/initiate", body, status=201)["payUrl"] == payment["payUrl"]

    back = pay_by_card(payment["payUrl"])
    assert back.startswith(alpha.base_url)
    assert call("GET", f"/bookings/{booking['id']}", status=200)["status"] == "pending"
    deliver_webhooks()
    do_what_is_due(alpha)
    shown = call("GET", f"/bookings/{booking['id']}", status=200)
    assert (shown["status"], shown["order"]["paid"], shown["order"]["due"]) == ("confirmed", 30, 70)
    assert call("GET", f"/sessions/{session.pk}", status=200)["confirmedSpots"] == 1
    for reference in (payment["id"], payment["providerReference"]):
        assert call("GET", f"/payments/status?ref={reference}", status=200)["status"] == "completed"

    # The balance, this time without a webhook: asking is enough.
    balance = call("POST", "/payments/stripe/initiate", {**body, "purpose": "balance"}, status=201)
    assert balance["amount"] == 70
    pay_by_card(balance["payUrl"])
    assert call("GET", f"/payments/status?ref={balance['id']}", status=200)["status"] == "completed"
    again = call("POST", "/payments/stripe/initiate", {**body, "purpose": "full"}, status=409)
    assert again["code"] == "nothing_due"

    quote = call("GET", f"/bookings/{booking['id']}/cancellation", status=200)
    assert (quote["cancellable"], quote["percent"], quote["amount"]) == (True, 100, 100)
    cancelled = call("POST", f"/bookings/{booking['id']}/cancel", {"reason": "ill"}, status=200, key="c-1")
    assert (cancelled["status"], cancelled["order"]["refunded"]) == ("cancelled", 100)
    do_what_is_due(alpha)
    with tenant_context(alpha):
        from tenant_apps.payments.models import Refund

        refunds = list(Refund.objects.values_list("status", "amount"))
    assert sorted(refunds) == [("completed", 30), ("completed", 70)]
    assert call("GET", f"/sessions/{session.pk}", status=200)["bookedSpots"] == 0


def test_an_expired_hold_can_t_be_paid_for(site, alpha):
    from datetime import timedelta

    from shared_apps.accounts import tokens
    from shared_apps.core.time import now
    from tenant_apps.bookings.models import Booking

    pay_with(alpha, "acct_alpha")
    with tenant_context(alpha):
        user, person = make.student_user()
        booking = make.booking(buyer=person)
        Booking.objects.update(hold_expires_at=now() - timedelta(seconds=1))
        token = tokens.issue(user)["access_token"]
    call = Caller(f"{site}/api/tenant/alpha")
    call.headers = {"Authorization": f"Bearer {token}"}
    body = {"bookingId": str(booking.pk)}
    assert call("POST", "/payments/stripe/initiate", body, status=409)["code"] == "hold_expired"
    call("POST", "/payments/nobody/initiate", body, status=404)
    assert call("POST", "/payments/cash/initiate", body, status=409)["code"] == "payment_provider_not_connected"
