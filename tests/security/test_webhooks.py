"""Nothing is believed that Stripe did not sign for us, just now, about one of our accounts."""

import json
import time

import pytest

from shared_apps.sandbox.stripe_api.webhooks import signature
from shared_apps.tenants import routing
from shared_apps.tenants.context import tenant_context
from tenant_apps.payments.models import ProviderEvent
from tests.support.accounts import pay_with

pytestmark = pytest.mark.django_db
SECRET = "whsec_sandbox"
DOORS = ["/api/payments/webhooks/stripe", "/api/tenant/alpha/payments/webhooks/stripe"]
EVENT = {
    "id": "evt_1", "object": "event", "type": "checkout.session.completed", "account": "acct_alpha",
    "api_version": "2026-01-28", "livemode": False, "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
}  # fmt: skip


@pytest.fixture
def post(client, alpha, beta, settings):
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    pay_with(alpha, "acct_alpha")
    pay_with(beta, "acct_beta")
    routing.cache.clear()
    client.raise_request_exception = False

    def post(path, text, *, secret=SECRET, header=None):
        sign = signature(text, secret, int(time.time())) if header is None else header
        return client.post(path, text, content_type="application/json", headers={"stripe-signature": sign})

    return post


def stored(*tenants):
    found = []
    for tenant in tenants:
        with tenant_context(tenant):
            found += ProviderEvent.objects.values_list("event_id", flat=True)
    return found


@pytest.mark.parametrize("path", DOORS)
def test_the_control_is_believed(post, path, alpha, beta):
    assert post(path, json.dumps(EVENT).encode()).status_code == 200
    assert stored(alpha, beta) == ["evt_1"]


@pytest.mark.parametrize("path", DOORS)
def test_no_signature_that_is_not_right_is_believed(post, path, alpha, beta):
    text, now = json.dumps(EVENT).encode(), int(time.time())
    right = signature(text, SECRET, now).split("v1=")[1]
    headers = [
        "", "t=", f"t={now}", f"v1={right}", f"t={now},v1=", f"t={now},v0={right}", f"t=,v1={right}", "t=x,v1=y",
        f"t={now},v1={right[::-1]}", f"t={now - 301},v1={right}", f"t={now + 301},v1={right}",
        f"t=-1,v1={right}", f"t={'9' * 400},v1={right}", f"v1={right},t={now}; ", "=", ",", "t=1=2,v1=3",
        signature(text, "", now), signature(text, " ", now), signature(text, "whsec_", now),
        signature(b"", SECRET, now),
    ]  # fmt: skip
    answers = [post(path, text, header=header).status_code for header in headers]
    assert [(header, status) for header, status in zip(headers, answers, strict=True) if status != 400] == []
    assert stored(alpha, beta) == []


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("configured", ["", None])
def test_without_a_secret_an_empty_one_opens_nothing(post, path, configured, alpha, beta, settings):
    settings.STRIPE_WEBHOOK_SECRET = configured
    assert post(path, json.dumps(EVENT).encode(), secret="").status_code == 400
    assert stored(alpha, beta) == []


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(("key", "live"), [("sk_test_1", True), ("sk_live_1", False), ("rk_live_1", False), ("", True)])
def test_play_money_is_not_taken_for_real_nor_real_for_play(post, path, key, live, alpha, beta, settings):
    settings.STRIPE_SECRET_KEY = key
    assert post(path, json.dumps({**EVENT, "livemode": live}).encode()).status_code == 400
    assert stored(alpha, beta) == []


@pytest.mark.parametrize("path", DOORS)
def test_a_name_that_is_said_twice_means_one_and_the_same_thing_everywhere(post, path, alpha, beta):
    text = json.dumps(EVENT)[:-1] + ', "account": "acct_beta"}'
    assert post(path, text.encode()).status_code in (200, 400)
    assert stored(alpha) == []


@pytest.mark.parametrize("path", DOORS)
def test_what_is_no_event_is_refused_and_what_is_huge_is_not_read(post, path, alpha, beta):
    for text in (b"", b"null", b"[]", b"{}", b'"evt"', b"[" * 50_000, b"\xff\xfe", b'{"id":"evt_1"}', b"0"):
        assert post(path, text).status_code in (400, 413), text[:20]
    began = time.perf_counter()
    assert post(path, b" " * 5_000_000 + json.dumps(EVENT).encode()).status_code in (400, 413)
    assert time.perf_counter() - began < 5
    assert stored(alpha, beta) == []
