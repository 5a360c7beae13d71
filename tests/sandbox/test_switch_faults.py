"""A provider that is slow, broken or away, when one wants to see that."""

import json
import time

import pytest
import requests
import stripe

from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.switches import set_switches, switches


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        ("down", stripe.APIError, 503),
        ("error_500", stripe.APIError, 500),
        ("rate_limited", stripe.RateLimitError, 429),
        ("invalid_json", stripe.APIError, 200),
    ],
)
def test_a_switched_on_fault_meets_every_call_and_nothing_is_done(sdk, fault, error, status):
    set_switches({fault: True})
    with pytest.raises(error) as caught:
        sdk.v1.customers.create(params={"name": "Ada"})
    assert caught.value.http_status == status
    assert not StripeObject.objects.exists()

    set_switches({fault: False})
    assert sdk.v1.customers.create(params={"name": "Ada"}).name == "Ada"


def test_too_many_requests_say_when_to_come_back(sdk):
    set_switches({"rate_limited": True})
    with pytest.raises(stripe.RateLimitError) as caught:
        sdk.v1.customers.list()
    assert caught.value.headers["Retry-After"] == "1"


def test_a_slow_answer_takes_that_long(sdk):
    set_switches({"slow_seconds": 1})
    began = time.monotonic()
    sdk.v1.customers.list()
    assert time.monotonic() - began >= 1


def test_a_fault_for_two_calls_ends_after_two(sdk, settings):
    set_switches({"down": True, "calls_left": 2})
    patient = stripe.StripeClient(
        settings.STRIPE_SECRET_KEY, base_addresses={"api": settings.STRIPE_API_BASE}, max_network_retries=2
    )
    assert patient.v1.customers.create(params={"name": "Ada"}).name == "Ada"
    assert len(sdk.v1.customers.list().data) == 1


def test_a_script_sets_and_clears_switches(site):
    url = f"{site}/sandbox/switches"
    answer = requests.post(url, json={"down": True, "slow_seconds": 3}, timeout=10)
    assert (answer.status_code, answer.json()["down"], answer.json()["slow_seconds"]) == (200, True, 3)
    assert requests.get(url, timeout=10).json()["down"] is True
    assert requests.delete(url, timeout=10).json()["down"] is False


@pytest.mark.parametrize("body", [{"dwon": True}, {"down": 1}, {"slow_seconds": -1}, {"slow_seconds": True}, ["down"]])
def test_a_mistyped_switch_is_refused(site, body):
    assert requests.post(f"{site}/sandbox/switches", json=body, timeout=10).status_code == 400
    assert not switches().down


def test_another_sites_form_cannot_set_switches(site):
    for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        body = json.dumps({"down": True})
        assert requests.post(f"{site}/sandbox/switches", data=body, headers=headers, timeout=10).status_code == 415
    assert requests.post(f"{site}/sandbox/switches/form", data={"down": "on"}, timeout=10).status_code == 403
    assert not switches().down


def test_the_page_sets_switches(site, payer):
    page = payer.http.get(f"{site}/sandbox/").text
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {"csrfmiddlewaretoken": token, "down": "on", "slow_seconds": "2", "webhooks_delay_seconds": "0"}
    fields["messages_slow_seconds"] = "0"
    answer = payer.http.post(f"{site}/sandbox/switches/form", data=fields)
    assert "Some faults are switched on" in answer.text
    assert (switches().down, switches().slow_seconds, switches().calls_left) == (True, 2, None)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "switches",
        "mail/",
        "stripe/v1/customers",
        "stripe/pay/cs_test_1",
        "twilio/2010-04-01/Accounts/AC1.json",
        "telegram/bot1:A/getMe",
    ],
)
def test_nothing_answers_while_the_sandbox_is_off(site, settings, path):
    settings.SANDBOX = False
    headers = {"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}"}
    assert requests.get(f"{site}/sandbox/{path}", headers=headers, timeout=10).status_code == 404
