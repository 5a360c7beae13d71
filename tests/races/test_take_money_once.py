"""One payment, told to us many times at once, by webhooks and by the buyer who comes back."""

import json
import time
from datetime import timedelta
from threading import Barrier

import pytest
import requests
from django.db import transaction

from shared_apps.accounts import tokens
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due, emit
from shared_apps.events.models import Event
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.webhooks import signature
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context, tenant_context
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.messaging.models import Message
from tenant_apps.payments.events import PaymentReceived
from tenant_apps.payments.models import OPEN_PAYMENTS, Payment, PaymentStatus, ProviderEvent
from tenant_apps.payments.providers.stripe.client import client
from tenant_apps.payments.webhooks import process_event
from tests import make
from tests.support.crowd import pay_by_card, poster, take_cards, together, tokens_of_students, within

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid(alpha, two_web_processes, settings):
    """A booking paid by card at the stand-in's page, of which we have not heard: its webhook was lost on the way."""
    take_cards(alpha, two_web_processes, settings)
    with public_context():
        set_switches({"webhooks_lost": True})
    with tenant_context(alpha):
        session = make.session(capacity=5)
    [token] = tokens_of_students(alpha, 1)
    api = f"{two_web_processes}/api/tenant/alpha"
    booked = poster(f"{api}/bookings", token)({"sessionId": str(session.pk), "seats": 2})
    assert booked.status_code == 201, booked.text
    begun = poster(f"{api}/payments/stripe/initiate", token)({"bookingId": booked.json()["id"], "purpose": "full"})
    assert begun.status_code == 201, begun.text
    pay_by_card(begun.json()["payUrl"])
    yield booked.json()["id"]
    client.cache_clear()


def the_event():
    with public_context():
        rows = StripeObject.objects.filter(kind="event")
        [event] = [row.data for row in rows if row.data["type"] == "checkout.session.completed"]
    return event


def webhook(address, event):
    """A call that delivers `event` with a true signature of this moment."""

    def deliver():
        body = json.dumps(event).encode()
        signed = signature(body, "whsec_sandbox", int(time.time()))
        headers = {"Content-Type": "application/json", "Stripe-Signature": signed}
        return requests.post(f"{address}/api/payments/webhooks/stripe", body, headers=headers, timeout=60)

    return deliver


def assert_paid_and_confirmed_once(alpha, booking_id):
    with tenant_context(alpha):
        deliver_due()
        booking = Booking.objects.select_related("session", "order").get(pk=booking_id)
        [payment] = Payment.objects.all()
        assert (payment.status, booking.status) == (PaymentStatus.COMPLETED, "confirmed")
        assert booking.order.held == booking.order.total == 240
        assert (booking.session.seats_taken, booking.session.seats_confirmed) == (2, 2)
        names = list(Event.objects.values_list("name", flat=True))
        assert names.count("payment.received") == names.count("booking.confirmed") == 1
        assert Message.objects.filter(kind="bookings/confirmed", to=booking.buyer.email).count() == 1


@pytest.mark.timeout(600)
def test_one_webhook_sent_many_times_at_once_and_again_days_later_is_settled_once(
    alpha, two_web_processes, paid, all_at_once, repeats, finding
):
    event, copies, took = the_event(), repeats(20, thorough=100), []

    def deliver():
        began = time.monotonic()
        answer = webhook(two_web_processes, event)()
        took.append(time.monotonic() - began)
        return answer

    answers = together([deliver] * copies)

    assert {answer.status_code for answer in answers} == {200}
    with tenant_context(alpha):
        assert ProviderEvent.objects.count() == 1
    # What so many workers do when the task was sent so often.
    for _ in range(copies // 20):
        done = all_at_once([lambda: process_event(event["id"], "stripe") for _ in range(20)])
        assert [answer for answer in done if answer is not None] == []
    assert_paid_and_confirmed_once(alpha, paid)
    with tenant_context(alpha):
        assert ProviderEvent.objects.get().status == "processed"
        # Three days later the provider sends it once more, and a worker is told of it.
        ProviderEvent.objects.update(created_at=now() - timedelta(days=3), processed_at=now() - timedelta(days=3))
    assert webhook(two_web_processes, event)().status_code == 200
    with tenant_context(alpha):
        process_event(event["id"], "stripe")
        assert ProviderEvent.objects.count() == 1
    assert_paid_and_confirmed_once(alpha, paid)
    finding(
        "One webhook sent many times in parallel, and again after three days",
        times=copies,
        must="stored once, one payment, one confirmation, one email; every answer 200",
        found=f"{copies} of {copies} answered 200, 1 effect; 95% answered within {within(0.95, took):.1f} s, "
        "all sent at one moment",
        control="who looks first and writes afterwards is paid as often as they are told",
    )


def test_twenty_different_events_of_one_payment_settle_it_once(alpha, two_web_processes, paid, all_at_once):
    events = [{**the_event(), "id": f"evt_other_{n}"} for n in range(20)]

    answers = together([webhook(two_web_processes, event) for event in events])

    assert {answer.status_code for answer in answers} == {200}
    with tenant_context(alpha):
        assert ProviderEvent.objects.count() == 20
    done = all_at_once([lambda event=event: process_event(event["id"], "stripe") for event in events])
    assert [answer for answer in done if answer is not None] == []
    assert_paid_and_confirmed_once(alpha, paid)


def test_a_buyer_who_comes_back_many_times_while_the_webhook_arrives_is_confirmed_once(
    alpha, two_web_processes, paid, all_at_once
):
    event = the_event()
    with tenant_context(alpha):
        token = token_of(Booking.objects.get())

    def come_back():
        url = f"{two_web_processes}/alpha/bookings/{token}/return/"
        return requests.get(url, timeout=60, allow_redirects=False)

    calls = [webhook(two_web_processes, event) for _ in range(6)] + [come_back for _ in range(14)]
    answers = together(calls)

    assert {answer.status_code for answer in answers} == {200, 302}
    assert all(answer.headers["Location"].endswith("/done/") for answer in answers[6:])
    with tenant_context(alpha):
        process_event(event["id"], "stripe")
    assert_paid_and_confirmed_once(alpha, paid)


def test_a_forged_webhook_among_true_ones_changes_nothing(alpha, two_web_processes, paid):
    event = the_event()
    forged = json.dumps({**event, "id": "evt_forged"}).encode()
    headers = {
        "Content-Type": "application/json",
        "Stripe-Signature": signature(forged, "whsec_guessed", int(time.time())),
    }
    address = f"{two_web_processes}/api/payments/webhooks/stripe"

    answers = together([lambda: requests.post(address, forged, headers=headers, timeout=60) for _ in range(10)])

    assert {answer.status_code for answer in answers} == {400}
    with tenant_context(alpha):
        assert not ProviderEvent.objects.exists()
        assert Payment.objects.get().status in OPEN_PAYMENTS


def test_the_control_counts_one_payment_many_times(alpha, all_at_once):
    """Who looks at the status first and writes afterwards, without lock or guard, is paid as often as they are told."""
    everybody_has_looked = Barrier(8)
    with tenant_context(alpha):
        order = make.booking().order
        payment = Payment.objects.create(
            order=order, provider="stripe", purpose="full", amount=order.total, currency=order.currency
        )

    def naive():
        seen = Payment.objects.get(pk=payment.pk)
        everybody_has_looked.wait(20)
        if seen.status in OPEN_PAYMENTS:
            with transaction.atomic():
                Payment.objects.filter(pk=seen.pk).update(status=PaymentStatus.CANCELLED)
                emit(PaymentReceived(payment_id=seen.pk, order_id=order.pk), subject=order)

    assert all_at_once([naive] * 8) == [None] * 8
    with tenant_context(alpha):
        assert Event.objects.filter(name="payment.received").count() == 8


def test_a_deposit_in_cash_that_two_record_at_once_counts_once(alpha, transactional_db, client_of, all_at_once):
    with tenant_context(alpha):
        booking, by = make.booking(), make.user("owner")
        token = tokens.issue(by)["access_token"]
        deposit = float(booking.order.deposit)
    body = {"bookingId": str(booking.pk), "purpose": "deposit", "amount": deposit}

    def record():
        client = client_of(alpha, api=True)
        headers = {"Authorization": f"Bearer {token}"}
        return client.post("/payments/cash/initiate", body, content_type="application/json", headers=headers)

    answers = all_at_once([record] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    with tenant_context(alpha):
        assert float(booking.order.balance.paid) == deposit
