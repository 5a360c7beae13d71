import json
import time

import pytest

from shared_apps.sandbox.stripe_api.webhooks import signature
from shared_apps.tenants import routing
from shared_apps.tenants.accounts import connect_account
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.errors import AccountTaken
from shared_apps.tenants.models import Tenant, TenantStatus
from tenant_apps.payments.models import Payment, ProviderEvent
from tests import make
from tests.support.accounts import pay_with

pytestmark = pytest.mark.django_db
SECRET = "whsec_sandbox"


def event(account="acct_alpha", id="evt_1"):
    thing = {"id": "cs_1", "object": "checkout.session"}
    return {
        "id": id, "object": "event", "type": "checkout.session.completed", "account": account,
        "api_version": "2026-01-28", "created": int(time.time()), "livemode": False, "data": {"object": thing},
    }  # fmt: skip


@pytest.fixture
def alpha(alpha):
    pay_with(alpha, "acct_alpha")
    routing.cache.clear()
    return alpha


@pytest.fixture
def send(client, settings):
    settings.STRIPE_WEBHOOK_SECRET = SECRET

    def post(payload, *, path="/api/payments/webhooks/stripe", secret=SECRET, at=None, body=None):
        text = json.dumps(payload).encode()
        header = signature(text, secret, at or int(time.time()))
        return client.post(path, body or text, content_type="application/json", headers={"Stripe-Signature": header})

    return post


def stored(tenant):
    with tenant_context(tenant):
        return list(ProviderEvent.objects.values_list("event_id", flat=True))


@pytest.mark.parametrize("path", ["/api/payments/webhooks/stripe", "/api/tenant/alpha/payments/webhooks/stripe"])
def test_an_event_is_stored_at_the_provider_whose_account_it_names(alpha, beta, send, path):
    for _ in range(3):
        assert send(event(), path=path).status_code == 200
    assert stored(alpha) == ["evt_1"]
    assert stored(beta) == []


@pytest.mark.parametrize("path", ["/api/payments/webhooks/stripe", "/api/tenant/alpha/payments/webhooks/stripe"])
def test_forged_ones_are_refused_and_leave_nothing(alpha, send, client, path):
    refused = [
        send(event(), path=path, secret="whsec_other"),
        send(event(), path=path, at=int(time.time()) - 3600),
        send(event(), path=path, at=int(time.time()) + 3600),
        send(event(), path=path, body=json.dumps(event(id="evt_2")).encode()),
        client.post(path, "{}", content_type="application/json"),
    ]
    assert {answer.status_code for answer in refused} == {400}
    assert {answer.json()["code"] for answer in refused} == {"forged_webhook"}
    assert stored(alpha) == []


def test_without_a_secret_nothing_is_believed(alpha, send, settings):
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert send(event(), secret="").status_code == 400
    assert stored(alpha) == []


def test_another_provider_s_event_is_forged_here(alpha, beta, send):
    assert send(event(), path="/api/tenant/beta/payments/webhooks/stripe").status_code == 400
    assert stored(beta) == []


def test_a_former_account_is_still_heard_of(alpha, beta, send):
    pay_with(alpha, "acct_new")
    assert send(event()).status_code == 200
    assert send(event(id="evt_2"), path="/api/tenant/alpha/payments/webhooks/stripe").status_code == 200
    assert stored(alpha) == ["evt_1", "evt_2"]
    assert stored(beta) == []


def test_what_happens_to_a_former_account_is_heard_of_where_its_payments_are(alpha, beta, send):
    with tenant_context(alpha):
        Payment.objects.create(
            order=make.booking().order, provider="stripe", account="acct_alpha", purpose="full", amount=120,
            currency="GBP",
        )  # fmt: skip
    pay_with(alpha, "acct_new")
    with pytest.raises(AccountTaken):
        pay_with(beta, "acct_alpha")
    assert send(event()).status_code == 200
    assert send(event(), path="/api/tenant/beta/payments/webhooks/stripe").status_code == 400
    assert (stored(alpha), stored(beta)) == (["evt_1"], [])


def test_an_event_of_an_account_called_alike_at_another_provider_goes_to_nobody_else(alpha, beta, send):
    connect_account(tenant=beta, provider="paystack", account="acct_elsewhere", by=None)
    assert send(event("acct_elsewhere")).json() == {"received": True, "parked": True}
    assert (stored(alpha), stored(beta)) == ([], [])


@pytest.mark.parametrize("account", ["acct_nobody", None])
def test_an_account_that_nobody_has_is_answered_once_and_for_all(alpha, send, account):
    answer = send(event(account))
    assert (answer.status_code, answer.json()) == (200, {"received": True, "parked": True})
    assert stored(alpha) == []


@pytest.mark.parametrize("path", ["/api/payments/webhooks/stripe", "/api/tenant/alpha/payments/webhooks/stripe"])
def test_a_suspended_provider_s_money_is_still_heard_of(alpha, send, client, path):
    with public_context():
        Tenant.objects.filter(pk=alpha.pk).update(status=TenantStatus.SUSPENDED)
    routing.cache.clear()
    assert send(event(), path=path).status_code == 200
    assert stored(alpha) == ["evt_1"]
    assert client.get("/api/tenant/alpha/payments").json()["code"] == "tenant_suspended"


def test_so_it_is_at_its_own_host(alpha, client_of, settings):
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    with public_context():
        Tenant.objects.filter(pk=alpha.pk).update(status=TenantStatus.SUSPENDED)
    routing.cache.clear()
    text = json.dumps(event()).encode()
    header = {"Stripe-Signature": signature(text, SECRET, int(time.time()))}
    site = client_of(alpha, on_host=True, api=True)
    answer = site.post("/payments/webhooks/stripe", text, content_type="application/json", headers=header)
    assert (answer.status_code, stored(alpha)) == (200, ["evt_1"])


def test_providers_that_send_nothing_have_no_such_door(alpha, client):
    for name in ("cash", "paypal"):
        for path in (f"/api/tenant/alpha/payments/webhooks/{name}", f"/api/payments/webhooks/{name}"):
            assert client.post(path, "{}", content_type="application/json").status_code == 404
