"""Events reach our endpoint, signed, until they are accepted."""

import threading
from datetime import timedelta

import pytest
import stripe
from django.core.management import CommandError, call_command

from shared_apps.core.time import now
from shared_apps.sandbox.models import StripeObject, WebhookDelivery
from shared_apps.sandbox.stripe_api.events import send_again
from shared_apps.sandbox.stripe_api.webhooks import deliver_webhooks
from shared_apps.sandbox.switches import set_switches

ORDER = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_a_payment_is_told_in_order_and_the_sdk_accepts_the_signature(sdk, checkout, account, payer, endpoint):
    session = checkout(account=account)
    payer.pay(session.url)

    assert deliver_webhooks() == 4

    assert endpoint.types() == ORDER
    event = endpoint.events()[-1]
    assert (event.account, event.api_version, event.livemode) == (account, stripe.api_version, False)
    assert (event.data.object.id, event.data.object.payment_status) == (session.id, "paid")
    assert sdk.v1.events.retrieve(event.id, options={"stripe_account": account}).pending_webhooks == 0
    assert deliver_webhooks() == 0


def test_another_secret_does_not_verify(checkout, payer, endpoint):
    payer.pay(checkout().url)
    deliver_webhooks()
    with pytest.raises(stripe.SignatureVerificationError):
        endpoint.events(secret="whsec_other")


def test_an_event_of_a_call_names_it(sdk, endpoint):
    params = {"amount": 500, "currency": "gbp"}
    intent = sdk.v1.payment_intents.create(params=params, options={"idempotency_key": "k-1"})
    deliver_webhooks()
    (event,) = endpoint.events()
    assert event.request.idempotency_key == "k-1"
    assert event.request.id == intent.last_response.request_id


def test_a_refused_webhook_comes_again_later(sdk, endpoint):
    sdk.v1.customers.create(params={"name": "Ada"})
    endpoint.answers = [500, 503]

    deliver_webhooks()
    assert deliver_webhooks() == 0
    deliver_webhooks(now() + timedelta(seconds=3))
    deliver_webhooks(now() + timedelta(seconds=9))

    assert endpoint.types() == ["customer.created"] * 3
    assert len({event.id for event in endpoint.events()}) == 1
    assert WebhookDelivery.objects.get().status == "delivered"


def test_an_endpoint_that_is_away_is_tried_again_and_at_last_given_up(sdk, settings):
    settings.SANDBOX_WEBHOOK_URL = "http://127.0.0.1:9/nobody"
    sdk.v1.customers.create(params={"name": "Ada"})
    for days in range(1, 10):
        deliver_webhooks(now() + timedelta(days=days))
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.tries, delivery.answer) == ("failed", 8, "ConnectionError")


def test_two_deliverers_send_each_event_once(sdk, endpoint):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    for number in range(30):
        sdk.v1.customers.create(params={"name": str(number)})

    def deliver(_):
        try:
            return deliver_webhooks()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(deliver, range(4))) == 30
    assert len({event.id for event in endpoint.events()}) == len(endpoint.received) == 30


def test_events_are_sent_twice_when_that_is_switched_on(checkout, payer, endpoint):
    set_switches({"webhooks_duplicate": True})
    payer.pay(checkout().url)
    deliver_webhooks()
    assert sorted(endpoint.types()) == sorted(ORDER * 2)
    assert len({event.id for event in endpoint.events()}) == 4


def test_events_are_sent_newest_first_when_that_is_switched_on(checkout, payer, endpoint):
    set_switches({"webhooks_reordered": True})
    payer.pay(checkout().url)
    deliver_webhooks()
    assert endpoint.types() == ORDER[::-1]


def test_a_lost_event_is_never_sent_but_stays_listed_and_can_be_sent_again(sdk, checkout, payer, endpoint):
    set_switches({"webhooks_lost": True})
    payer.pay(checkout().url)
    assert deliver_webhooks(now() + timedelta(days=1)) == 0
    assert endpoint.received == []
    assert len(sdk.v1.events.list(params={"type": "checkout.session.*"}).data) == 1

    send_again(StripeObject.objects.get(kind="event", data__type="checkout.session.completed"))
    deliver_webhooks()

    assert endpoint.types() == ["checkout.session.completed"]


def test_delayed_events_wait(checkout, payer, endpoint):
    set_switches({"webhooks_delay_seconds": 600})
    payer.pay(checkout().url)
    assert deliver_webhooks(now() + timedelta(seconds=590)) == 0
    assert deliver_webhooks(now() + timedelta(seconds=610)) == 4


def test_a_page_sends_an_event_again(sdk, payer, site, endpoint):
    sdk.v1.customers.create(params={"name": "Ada"})
    deliver_webhooks()
    event = StripeObject.objects.get(kind="event")
    page = payer.http.get(f"{site}/sandbox/").text
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]

    payer.http.post(
        f"{site}/sandbox/stripe/events/{event.pk}/deliveries",
        data={"csrfmiddlewaretoken": token},
        allow_redirects=False,
    )
    deliver_webhooks()

    assert WebhookDelivery.objects.filter(event=event).count() == 2


def test_an_event_leaves_by_itself_as_soon_as_it_is_committed(sdk, endpoint, settings):
    settings.SANDBOX_INLINE_WEBHOOKS = True
    sdk.v1.customers.create(params={"name": "Ada"})
    for thread in threading.enumerate():
        if thread.name == "sandbox-webhooks":
            thread.join(10)
    assert endpoint.types() == ["customer.created"]


def test_the_command_expires_sessions_and_delivers_what_is_due(checkout, endpoint):
    session = checkout()
    StripeObject.objects.filter(pk=session.id).update(due_at=now() - timedelta(seconds=1))
    call_command("sandbox_webhooks", "--once")
    assert endpoint.types() == ["checkout.session.expired"]


def test_the_command_refuses_while_the_sandbox_is_off(db, settings):
    settings.SANDBOX = False
    with pytest.raises(CommandError):
        call_command("sandbox_webhooks", "--once")
