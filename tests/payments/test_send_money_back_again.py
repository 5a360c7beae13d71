"""A bank sends a refund back: the provider holds the money again, the office is told, and nobody is paid twice."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shared_apps.core.errors import IllegalMove
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.sandbox.models import IdempotentCall, StripeObject
from shared_apps.sandbox.stripe_api import refunds as stripe_refunds
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.payments.errors import RefundNotOwed
from tenant_apps.payments.models import Payment, Refund, RefundStatus
from tenant_apps.payments.providers.stripe.client import client
from tenant_apps.payments.refunds import refund_payment, retry_refund, settle_by_hand
from tenant_apps.payments.sending import ask_about_sent_refunds, carry_out_due_refunds
from tests import make
from tests.bookings.conftest import path
from tests.support.accounts import account_of

GOOD, COMES_BACK, SLOW = "4242 4242 4242 4242", "4000 0000 0000 5126", "4000 0000 0000 7726"


@pytest.fixture
def refunded(cards, visitor):
    """A booking paid with a card and cancelled; its refund was sent, and the money went back."""

    def refunded(card):
        token = visitor.token(make.session())
        cards.pay(visitor.pay(token).url, card)
        visitor.open(path("booking_return", token))
        cancel_booking(Booking.objects.get(), by=None)
        carry_out_due_refunds()
        deliver_due()
        return Refund.objects.get()

    return refunded


def at_stripe():
    with public_context():
        return [row.data for row in StripeObject.objects.filter(kind="refund").order_by("made_at")]


def a_card_that_works_again():
    with public_context():
        for method in StripeObject.objects.filter(kind="payment_method"):
            method.inner["number"] = "4242424242424242"
            method.save()


def order():
    return Booking.objects.select_related("order").get().order


def test_a_refund_that_comes_back_is_owed_again_and_the_office_hears_of_it(refunded, cards, mails):
    make.user("owner", email="owner@alpha.test")
    refund = refunded(COMES_BACK)
    assert refund.status == RefundStatus.COMPLETED  # as the provider said at first
    assert order().held == 0

    cards.webhooks_arrive()
    refund.refresh_from_db()
    assert (refund.status, refund.completed_at) == (RefundStatus.FAILED, None)
    assert order().held == Decimal(120)
    deliver_due()
    (mail,) = mails("bookings/office_refund_failed")
    assert "The card has expired, or was cancelled." in mail.text


def test_who_was_told_that_the_money_is_sent_hears_that_it_came_back(refunded, cards, mails):
    refunded(COMES_BACK)
    (sent,) = mails("bookings/refunded")
    assert not mails("bookings/refund_failed")
    cards.webhooks_arrive()
    deliver_due()
    (taken_back,) = mails("bookings/refund_failed")
    assert taken_back.to == sent.to
    assert "That did not work" in taken_back.text
    deliver_due()
    assert len(mails("bookings/refund_failed")) == 1


def test_a_lost_webhook_of_a_failed_refund_is_made_good_by_periodic_work(refunded):
    with public_context():
        set_switches({"webhooks_lost": True})
    refund = refunded(COMES_BACK)
    ask_about_sent_refunds()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.COMPLETED  # nobody asks at once: it has just been said
    Refund.objects.update(next_try_at=now() - timedelta(seconds=1))
    ask_about_sent_refunds()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    assert refund.next_try_at is None


def test_after_a_month_nobody_asks_about_a_refund_any_more(refunded):
    refund = refunded(GOOD)
    Refund.objects.update(next_try_at=now(), completed_at=now() - timedelta(days=31))
    ask_about_sent_refunds()
    refund.refresh_from_db()
    assert (refund.status, refund.next_try_at) == (RefundStatus.COMPLETED, None)


def test_the_office_tries_again_and_the_money_goes_once(refunded, cards, client_of, tenant, mails):
    refund = refunded(COMES_BACK)
    cards.webhooks_arrive()
    a_card_that_works_again()
    office = client_of(tenant).sign_in(make.user("admin"))
    page = f"/admin/bookings/{Booking.objects.get().pk}/"
    assert "could not be sent back" in office.get(page).content.decode()
    assert "could not be sent back" in office.get("/admin/").content.decode()
    given = {"refund": str(refund.pk), "what": "retry"}
    assert office.get(f"{page}refund/").status_code == 200
    for _ in range(3):  # pressed too often
        assert office.post(f"{page}refund/", given).status_code == 302
    for _ in range(3):
        Refund.objects.filter(status="pending").update(next_try_at=now())
        carry_out_due_refunds()
    deliver_due()

    refund.refresh_from_db()
    assert (refund.status, refund.retries) == (RefundStatus.COMPLETED, 1)
    assert [row["status"] for row in at_stripe()] == ["failed", "succeeded"]
    assert order().held == 0
    assert len(mails("bookings/refunded")) == 2
    assert "could not be sent back" not in office.get(page).content.decode()


def test_a_retry_whose_answer_is_lost_for_days_still_sends_the_money_once(refunded, cards):
    refund = refunded(COMES_BACK)
    cards.webhooks_arrive()
    a_card_that_works_again()
    retry_refund(refund, by=make.user("owner"))
    with public_context():
        set_switches({"lost_answers": True})
    carry_out_due_refunds()
    assert Refund.objects.get().status == RefundStatus.PENDING
    with public_context():
        set_switches({"lost_answers": False})
        IdempotentCall.objects.all().delete()  # the day after tomorrow
    Refund.objects.update(next_try_at=now())
    carry_out_due_refunds()
    assert Refund.objects.get().status == RefundStatus.COMPLETED
    assert [row["status"] for row in at_stripe()] == ["failed", "succeeded"]


def test_the_old_refund_told_again_does_not_touch_the_new_try(refunded, cards):
    refund = refunded(COMES_BACK)
    cards.webhooks_arrive()
    a_card_that_works_again()
    retry_refund(refund, by=make.user("owner"))
    carry_out_due_refunds()
    Refund.objects.update(next_try_at=now())
    ask_about_sent_refunds()
    assert Refund.objects.get().status == RefundStatus.COMPLETED
    assert order().held == 0


def test_money_sent_another_way_is_noted_and_told(refunded, cards, client_of, tenant, mails):
    refund = refunded(COMES_BACK)
    cards.webhooks_arrive()
    office = client_of(tenant).sign_in(make.user("admin"))
    page = f"/admin/bookings/{Booking.objects.get().pk}/"
    given = {"refund": str(refund.pk), "what": "by_hand"}
    assert office.post(f"{page}refund/", given).status_code == 422  # how?
    assert office.post(f"{page}refund/", {**given, "how": "Bank transfer, 3 May"}).status_code == 302
    deliver_due()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.COMPLETED
    assert order().held == 0
    assert len(at_stripe()) == 1
    assert "Bank transfer, 3 May" in mails("bookings/refunded")[-1].text
    assert "Bank transfer, 3 May" in office.get(page).content.decode()


def test_what_went_back_meanwhile_is_not_sent_again(refunded, cards):
    refund = refunded(COMES_BACK)
    cards.webhooks_arrive()
    refund_payment(Payment.objects.get(), amount=Decimal(120), reason="Anew", by=None)
    for do in (
        lambda: retry_refund(refund, by=make.user("owner")),
        lambda: settle_by_hand(refund, how="cash", by=make.user("owner")),
    ):
        with pytest.raises(RefundNotOwed):
            do()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED


@pytest.mark.usefixtures("tenant", "db")
def test_only_what_has_failed_is_tried_again():
    make.confirmed_booking()
    refund = refund_payment(Payment.objects.get(), amount=Decimal(10), reason="", by=None)
    with pytest.raises(IllegalMove):
        retry_refund(refund, by=make.user("owner"))
    settle_by_hand(refund, how="cash", by=make.user("owner"))  # it waited for a person
    with pytest.raises(IllegalMove):
        settle_by_hand(refund, how="cash", by=make.user("owner"))


def test_a_refund_that_takes_a_while_ends_when_the_bank_says_so(refunded, cards):
    refund = refunded(SLOW)
    assert refund.status == RefundStatus.PENDING
    with public_context():
        stripe_refunds.finish(at_stripe()[0]["id"], well=True)
    cards.webhooks_arrive()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.COMPLETED
    assert len(at_stripe()) == 1


def test_a_refund_made_at_the_provider_by_hand_is_written_down_here(cards, visitor, tenant):
    token = visitor.token(make.session())
    cards.pay(visitor.pay(token).url)
    visitor.open(path("booking_return", token))
    payment = Payment.objects.get()
    params = {"payment_intent": payment.provider_transaction_id, "amount": 5000}
    client().v1.refunds.create(params, {"stripe_account": account_of(tenant)})
    cards.webhooks_arrive()
    refund = Refund.objects.get()
    assert (refund.amount, refund.status, refund.payment) == (Decimal(50), RefundStatus.COMPLETED, payment)
    assert order().held == Decimal(70)
