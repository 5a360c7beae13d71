"""Whatever the provider tells us, in whatever order and how often: what we write down is how it stands there."""

import copy
import json
import time
from itertools import permutations

import pytest
import requests
from django.db import transaction

from shared_apps.events.bus import deliver_due
from shared_apps.events.models import Event
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api import refunds as stripe_refunds
from shared_apps.sandbox.stripe_api.webhooks import signature
from shared_apps.tenants.context import public_context, tenant_context
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.purchases import BookedSeats
from tenant_apps.checkout.services import pay_online
from tenant_apps.messaging.models import Message
from tenant_apps.payments import webhooks
from tenant_apps.payments.models import Payment, PaymentStatus, ProviderEvent, Refund
from tenant_apps.payments.providers.stripe.client import client
from tests import make
from tests.bookings.conftest import Cards, cards
from tests.support.accounts import account_of, pay_with
from tests.support.crowd import poster, together

__all__ = ["cards"]
pytestmark = pytest.mark.django_db(transaction=True)
FIVE = (
    "payment_intent.payment_failed", "checkout.session.completed", "charge.refunded", "refund.failed",
    "charge.dispute.created",
)  # fmt: skip


def begin():
    make.user("owner")
    booking = make.booking(session=make.session(capacity=4), seats=2)
    return pay_online(BookedSeats(booking), purpose="full", success_url="http://a.test/", cancel_url="http://a.test/")


@pytest.fixture
def history(cards, alpha):
    """At the provider: declined, paid, one part sent back and kept, another sent back and returned by the bank."""
    payment = begin()
    cards.pay(payment.pay_url, Cards.DECLINED)
    cards.pay(payment.pay_url)
    with public_context():
        intent = StripeObject.objects.get(kind="payment_intent").pk
    for amount in (4000, 2500):
        params = {"payment_intent": intent, "amount": amount}
        refund = client().v1.refunds.create(params, {"stripe_account": account_of(alpha)})
    with public_context():
        stripe_refunds.finish(refund.id, well=False)
        events = {row.data["type"]: row.data for row in StripeObject.objects.filter(kind="event").order_by("made_at")}
    dispute = copy.deepcopy(events["charge.refunded"])
    dispute |= {"id": "evt_dispute", "type": "charge.dispute.created"}
    dispute["data"]["object"] = {
        "id": "dp_1", "object": "dispute", "payment_intent": intent, "metadata": {}, "amount": 20000,
        "status": "needs_response",
    }  # fmt: skip
    return {**events, "charge.dispute.created": dispute}


def how_it_stands():
    """All that must be the same in the end, whatever the order."""
    booking = Booking.objects.select_related("order", "session").get()
    names = list(Event.objects.values_list("name", flat=True))
    return {
        "booking": booking.status,
        "seats": (booking.session.seats_taken, booking.session.seats_confirmed),
        "payments": sorted(Payment.objects.values_list("status", flat=True)),
        "held": booking.order.held,
        "refunds": sorted(Refund.objects.values_list("amount", "status")),
        "said": {name: names.count(name) for name in ("payment.received", "booking.confirmed", "payment.disputed")},
        "told": Message.objects.filter(kind="bookings/confirmed").count(),
        "unsettled": ProviderEvent.objects.exclude(status="processed").count(),
    }


def hear(events):
    """Each event as it is stored and processed; then, as time goes by, whatever was not done at once."""
    for event in events:
        row = ProviderEvent.objects.create(provider="stripe", event_id=event["id"], kind=event["type"], payload=event)
        webhooks.process(row.pk)
        webhooks.process(row.pk)
        deliver_due()
    ProviderEvent.objects.filter(status="received").update(next_try_at="2020-01-01T00:00Z")
    webhooks.process_due_events()
    while deliver_due():
        pass


@pytest.mark.timeout(1200)
def test_all_orders_of_five_events_end_as_it_stands_at_the_provider(alpha, history, repeats, finding):
    orders = list(permutations(FIVE))
    step = len(orders) // repeats(10, thorough=len(orders))
    orders = orders[::step]
    seen = []
    for order in orders:
        with transaction.atomic():  # undone: every order begins in the same world
            hear([history[name] for name in order])
            seen.append(how_it_stands())
            transaction.set_rollback(True)

    for order, found in zip(orders, seen, strict=True):
        assert found == {
            "booking": "confirmed",
            "seats": (2, 2),
            "payments": ["completed"],
            "held": 0,  # 40 went back, 200 are with the bank
            "refunds": [(25, "failed"), (40, "completed")]
            if (25, "failed") in found["refunds"]
            else [(40, "completed")],
            "said": {"payment.received": 1, "booking.confirmed": 1, "payment.disputed": 1},
            "told": 1,
            "unsettled": 0,
        }, order
    finding(
        "Every order of declined, paid, refunded, refund failed, disputed",
        times=len(orders),
        must="the same end, which is how it stands at the provider",
        found=f"{len(seen)} of {len(orders)}: paid, confirmed once, 40 of 240 back, 200 disputed",
        control="who writes down what each event says ends in many ways",
    )


def test_the_control_ends_otherwise_in_another_order(history):
    """Who believes each event instead of asking ends as the last one says."""
    ends = set()
    says = {"payment_intent.payment_failed": "failed", "checkout.session.completed": "completed"}
    for order in permutations(FIVE):
        status = "processing"
        for name in order:
            status = says.get(name, status)
        ends.add(status)
    assert ends == {"failed", "completed"}


def sent(site, event):
    body = json.dumps(event).encode()
    headers = {
        "Content-Type": "application/json",
        "Stripe-Signature": signature(body, "whsec_sandbox", int(time.time())),
    }
    return requests.post(f"{site}/api/payments/webhooks/stripe", body, headers=headers, timeout=30)


def test_a_webhook_before_our_own_commit_is_done_as_soon_as_we_know_of_the_payment(site, alpha, history):
    event = history["checkout.session.completed"]
    with tenant_context(alpha):
        known = Payment.objects.get()
        reference = known.provider_reference
        order = known.order
        Payment.objects.all().delete()  # it has not been written yet
    answers = together([lambda: sent(site, event)] * 5)
    assert {answer.status_code for answer in answers} == {200}
    with tenant_context(alpha):
        webhooks.process_due_events()
        assert ProviderEvent.objects.get().status == "received"
        Payment.objects.create(
            id=known.pk, order=order, provider="stripe", purpose="full", amount=order.total, currency="GBP",
            status=PaymentStatus.PROCESSING, provider_reference=reference,
        )  # fmt: skip
        first_wait = ProviderEvent.objects.get().next_try_at - ProviderEvent.objects.get().created_at
        assert first_wait.total_seconds() < 60
        ProviderEvent.objects.update(next_try_at="2020-01-01T00:00Z")
        webhooks.process_due_events()
        while deliver_due():
            pass
        assert Booking.objects.get().status == "confirmed"


def test_a_webhook_of_nothing_we_know_is_parked_and_said_aloud(site, alpha, history, caplog):
    event = copy.deepcopy(history["checkout.session.completed"])
    event["data"]["object"] |= {"id": "cs_of_another_shop", "metadata": {"payment_id": "17"}}
    assert sent(site, event).status_code == 200
    with tenant_context(alpha):
        for _ in range(webhooks.MOST_ATTEMPTS + 3):
            ProviderEvent.objects.update(next_try_at="2020-01-01T00:00Z")
            webhooks.process_due_events()
        event = ProviderEvent.objects.get()
        assert (event.status, event.attempts) == ("failed", webhooks.MOST_ATTEMPTS)
        assert Payment.objects.get().status == PaymentStatus.PROCESSING
    assert "a webhook found no payment" in caplog.text


def test_a_webhook_of_another_providers_account_reaches_nobody_else(site, alpha, beta, history):
    event = {**history["checkout.session.completed"], "account": "acct_of_nobody_yet"}
    assert sent(site, event).json() == {"received": True, "parked": True}
    pay_with(beta, "acct_of_nobody_yet")
    assert sent(site, event).status_code == 200
    own = poster(f"{site}/api/tenant/alpha/payments/webhooks/stripe")({})
    assert own.status_code == 400
    with tenant_context(alpha):
        assert not ProviderEvent.objects.exists()
        assert Payment.objects.get().status == PaymentStatus.PROCESSING
    with tenant_context(beta):
        webhooks.process_due_events()
        assert not Payment.objects.exists()
