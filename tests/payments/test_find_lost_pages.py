"""A page was opened at the provider, and whoever opened it died before writing that down."""

from datetime import timedelta

import pytest

from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.events import send_again
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.payments import services
from tenant_apps.payments.models import Payment, PaymentStatus, Refund
from tenant_apps.payments.paying import start_checkout
from tenant_apps.payments.providers.base import Outcome, Snapshot
from tenant_apps.payments.providers.stripe.checkout import StripeCheckout
from tenant_apps.payments.sending import carry_out_due_refunds
from tenant_apps.payments.services import ask_about_open_payments, settle
from tests import make


class Killed(BaseException):
    """What kill -9 looks like from inside."""


def open_and_die(monkeypatch, booking):
    """The page opens at the provider; nothing of it is written down. Its address there."""
    begin, opened = StripeCheckout.begin, []

    def begin_and_die(self, *args, **kwargs):
        opened.append(begin(self, *args, **kwargs))
        raise Killed

    monkeypatch.setattr(StripeCheckout, "begin", begin_and_die)
    with pytest.raises(Killed):
        start_checkout(booking.order, purpose="full", success_url="http://a.test/", cancel_url="http://a.test/")
    monkeypatch.setattr(StripeCheckout, "begin", begin)
    return opened[0].pay_url


def two_minutes_later():
    Payment.objects.update(created_at=now() - timedelta(minutes=2), next_check_at=now())
    ask_about_open_payments()


def sessions_at_stripe():
    with public_context():
        return [row.data["status"] for row in StripeObject.objects.filter(kind="checkout.session").order_by("made_at")]


def test_periodic_work_finds_the_page_and_the_buyer_goes_on_there(cards, monkeypatch):
    booking = make.booking()
    page = open_and_die(monkeypatch, booking)
    two_minutes_later()
    payment = Payment.objects.get()
    assert (payment.status, payment.pay_url) == (PaymentStatus.PROCESSING, page)
    again = start_checkout(booking.order, purpose="full", success_url="http://b.test/", cancel_url="http://b.test/")
    assert again.pay_url == page
    assert sessions_at_stripe() == ["open"]


def test_money_paid_at_a_lost_page_is_found_by_periodic_work(cards, monkeypatch):
    with public_context():
        set_switches({"webhooks_lost": True})
    booking = make.booking()
    cards.pay(open_and_die(monkeypatch, booking))
    two_minutes_later()
    deliver_due()
    booking.refresh_from_db()
    assert (booking.status, Payment.objects.get().status) == (BookingStatus.CONFIRMED, PaymentStatus.COMPLETED)


def test_money_paid_at_a_lost_page_is_found_by_its_webhook(cards, monkeypatch):
    booking = make.booking()
    cards.pay(open_and_die(monkeypatch, booking))
    cards.webhooks_arrive()
    booking.refresh_from_db()
    assert (booking.status, Payment.objects.get().status) == (BookingStatus.CONFIRMED, PaymentStatus.COMPLETED)


def test_without_a_page_at_the_provider_the_payment_ends(cards):
    booking = make.booking()
    payment = Payment.objects.create(
        order=booking.order, provider="stripe", purpose="full", amount=booking.order.total, currency="GBP"
    )
    two_minutes_later()
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CANCELLED


def test_while_the_provider_is_away_nothing_is_given_up(cards):
    booking = make.booking()
    payment = Payment.objects.create(
        order=booking.order, provider="stripe", purpose="full", amount=booking.order.total, currency="GBP"
    )
    with public_context():
        set_switches({"down": True})
    two_minutes_later()
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING


def test_a_second_page_is_closed_and_money_paid_there_first_goes_back(cards, monkeypatch):
    with public_context():
        set_switches({"webhooks_lost": True})
    booking = make.booking()
    first = open_and_die(monkeypatch, booking)
    second = start_checkout(booking.order, purpose="full", success_url="http://b.test/", cancel_url="http://b.test/")
    assert sessions_at_stripe() == ["open", "open"]
    cards.pay(first)
    cards.pay(second.pay_url)
    with public_context():
        set_switches({"webhooks_lost": False})
        for event in StripeObject.objects.filter(kind="event", data__type="checkout.session.completed"):
            send_again(event)
    cards.webhooks_arrive()
    carry_out_due_refunds()

    booking = Booking.objects.select_related("order").get()
    assert booking.status == BookingStatus.CONFIRMED
    assert Payment.objects.filter(status=PaymentStatus.COMPLETED).count() == 2
    assert (booking.order.held, Refund.objects.get().status) == (booking.order.total, "completed")


def test_a_page_that_opens_after_the_payment_was_called_off_is_closed(cards, monkeypatch):
    booking = make.booking()
    begin = StripeCheckout.begin

    def called_off_meanwhile(self, payment, **links):
        begun = begin(self, payment, **links)
        services.close_payment(Payment.objects.get())
        return begun

    monkeypatch.setattr(StripeCheckout, "begin", called_off_meanwhile)
    with pytest.raises(MovedMeanwhile):
        start_checkout(booking.order, purpose="full", success_url="http://a.test/", cancel_url="http://a.test/")
    assert sessions_at_stripe() == ["expired"]
    assert Payment.objects.get().status == PaymentStatus.CANCELLED


@pytest.mark.usefixtures("tenant", "db")
@pytest.mark.parametrize("ended", [PaymentStatus.FAILED, PaymentStatus.CANCELLED])
def test_money_that_arrives_for_a_payment_that_had_ended_counts(ended, happened):
    booking = make.booking()
    payment = Payment.objects.create(
        order=booking.order, provider="stripe", purpose="full", amount=booking.order.total, currency="GBP",
        status=ended, provider_reference="cs_late",
    )  # fmt: skip
    paid = Snapshot(Outcome.PAID, amount=booking.order.total, currency="GBP", transaction_id="pi_late")
    for word in (paid, Snapshot(Outcome.CANCELLED), paid):
        settle(payment, word)
    deliver_due()
    booking.refresh_from_db()
    assert (booking.status, booking.order.held) == (BookingStatus.CONFIRMED, booking.order.total)
    assert happened().count("payment.received") == 1


@pytest.mark.usefixtures("tenant", "db")
def test_money_that_arrives_for_a_payment_that_had_ended_goes_back_when_it_is_not_owed():
    booking = make.confirmed_booking()
    payment = Payment.objects.create(
        order=booking.order, provider="stripe", purpose="full", amount=booking.order.total, currency="GBP",
        status=PaymentStatus.CANCELLED, provider_reference="cs_late",
    )  # fmt: skip
    settle(payment, Snapshot(Outcome.PAID, amount=payment.amount, currency="GBP", transaction_id="pi_late"))
    deliver_due()
    assert Refund.objects.get().amount == payment.amount
    assert booking.order.held == booking.order.total
