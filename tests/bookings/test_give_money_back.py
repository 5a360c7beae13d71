"""Money that goes back arrives, or somebody is asked to see to it; and nobody owes what they were given."""

import html
from decimal import Decimal

import pytest

from shared_apps.core.errors import IllegalMove
from shared_apps.events.bus import deliver_due
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.disputes import decide
from shared_apps.tenants.context import public_context
from shared_apps.tenants.services import change_tenant
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.office_services import take_payment
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.errors import RefundFailedBefore
from tenant_apps.payments.models import Credit, DisputeStatus, Order, OrderStatus, Payment, Refund, RefundStatus
from tenant_apps.payments.providers.base import Disputed
from tenant_apps.payments.providers.stripe import client
from tenant_apps.payments.providers.stripe_http import everybody, one_account
from tenant_apps.payments.reconnecting import look_at_account_again
from tenant_apps.payments.refunds import carry_out_due_refunds, refund_order, retry_refund
from tests import make
from tests.bookings.conftest import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
GOOD, DISPUTED = "4242 4242 4242 4242", "4000 0000 0000 0259"


@pytest.fixture
def office(client_of, tenant):
    return client_of(tenant).sign_in(make.user("admin", email="office@alpha.test"))


@pytest.fixture
def by_card(cards, visitor):
    """`by_card()`: a booking of £120, paid by card; `by_card(DISPUTED)` by that one."""

    def by_card(card=GOOD, **session):
        token = visitor.token(make.session(**session))
        cards.pay(visitor.pay(token).url, card)
        visitor.open(path("booking_return", token))
        deliver_due()
        return Booking.objects.select_related("order").get()

    return by_card


def page(booking, name=""):
    return f"/admin/bookings/{booking.pk}/{name}"


def text(answer):
    return html.unescape(answer.content.decode())


def revoke(account="acct_alpha"):
    """The provider takes our access away at Stripe."""
    with public_context():
        StripeObject.objects.filter(pk=account, kind="account").delete()


# --- In cash -----------------------------------------------------------------------------------------


def test_cash_is_handed_back_by_a_person_and_told_only_then(visitor, office, mails):
    booking = make.confirmed_booking()
    before = text(visitor.open(path("booking_cancel", token_of(booking))))
    assert "£120 was not paid by card, so Alpha Training hands it back to you." in before
    given = {"refund": str(refund_quote(booking).amount), "bank_details": "GB00 ADA"}
    after = text(visitor.client.post(path("booking_cancel", token_of(booking)), given, follow=True))
    assert "The office will hand £120 back to you." in after
    carry_out_due_refunds()
    deliver_due()

    refund = Refund.objects.get()
    assert (refund.status, refund.bank_details) == (RefundStatus.PENDING, "GB00 ADA")
    assert "hands it back" in mails("bookings/cancelled")[0].text
    (asked,) = mails("bookings/office_refund_by_hand")
    assert "GB00 ADA" in asked.text
    assert not mails("bookings/refunded")
    assert "Hand £120 back to" in text(office.get("/admin/"))
    assert "GB00 ADA" in text(office.get(page(booking, "refund/")))

    nothing_said = office.post(page(booking, "refund/"), {"refund": refund.pk})
    assert nothing_said.status_code == 422
    for _ in range(2):  # pressed twice
        done = {"refund": refund.pk, "how": "In cash, at the desk", "sent_on": make.today().isoformat()}
        assert office.post(page(booking, "refund/"), done).status_code == 302
    deliver_due()
    refund.refresh_from_db()
    assert (refund.status, refund.sent_on) == (RefundStatus.COMPLETED, make.today())
    (told,) = mails("bookings/refunded")
    assert "In cash, at the desk" in told.text
    assert "Hand £120 back to" not in text(office.get("/admin/"))


def test_a_part_in_hand_is_written_down_once_and_the_rest_stays_due(office):
    booking = make.booking()
    form = {"amount": "other", "other": "100", "provider": "cash", "due": "120.00"}
    assert office.post(page(booking, "payment/"), form).status_code == 302
    again = office.post(page(booking, "payment/"), {**form, "other": "20"})
    assert again.status_code == 422  # what the page said is due is not due any more
    deliver_due()
    order = Order.objects.get()
    assert (order.status, order.paid, order.due) == (OrderStatus.PART_PAID, 100, 20)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    chosen = {"amount": "20.00", "other": "5", "provider": "cash", "due": "20.00"}
    assert office.post(page(booking, "payment/"), chosen).status_code == 422  # which of the two?
    for wrong in ("20.01", "0", "", "many"):
        assert office.post(page(booking, "payment/"), {**form, "other": wrong, "due": "20.00"}).status_code == 422


# --- Goodwill ----------------------------------------------------------------------------------------


def test_the_office_refunds_in_part_twice_and_after_cancelling_by_any_way(office, by_card):
    booking = by_card()
    good = {"way": "", "price": "lower", "reason": "The projector broke"}
    assert office.post(page(booking, "give-back/"), {**good, "amount": "50", "held": "120.00"}).status_code == 302
    twice = office.post(page(booking, "give-back/"), {**good, "amount": "50", "held": "120.00"})
    assert twice.status_code == 422
    cash = {**good, "amount": "20", "held": "70.00", "way": "cash", "reason": "Lunch was late"}
    assert office.post(page(booking, "give-back/"), cash)["Location"].endswith("/refund/")
    order = booking.order
    assert (order.held, order.due, order.status) == (50, 0, OrderStatus.PAID)
    assert [(credit.amount, credit.reason) for credit in Credit.objects.order_by("pk")] == [
        (50, "The projector broke"), (20, "Lunch was late"),
    ]  # fmt: skip

    cancel_booking(booking, by=None, by_office=True, refund=Decimal(10))
    too_much = office.post(page(booking, "give-back/"), {**good, "amount": "40.01", "held": "40.00"})
    assert too_much.status_code == 422
    assert office.post(page(booking, "give-back/"), {**good, "amount": "40", "held": "40.00"}).status_code == 302
    assert Order.objects.get().held == 0
    assert [refund.goes_by for refund in Refund.objects.order_by("pk")] == ["stripe", "cash", "stripe", "stripe"]
    seen = text(office.get(page(booking)))
    for reason in ("The projector broke", "Lunch was late"):
        assert reason in seen


def test_what_goes_back_to_come_another_way_is_due_again(office, by_card):
    booking = by_card()
    form = {"amount": "120", "held": "120.00", "way": "", "price": "owed", "reason": "The company pays"}
    assert office.post(page(booking, "give-back/"), form).status_code == 302
    order = Order.objects.get()
    assert (order.held, order.due, order.status) == (0, 120, OrderStatus.OPEN)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("payment/", {"amount": "other", "other": "20", "provider": "cash"}),
        ("give-back/", {"amount": "20", "way": "cash", "price": "owed", "reason": "Lunch"}),
        ("credit/", {"amount": "20", "reason": "Lunch"}),
    ],
)
def test_a_form_about_money_that_does_not_say_what_it_showed_does_nothing(office, name, form):
    booking = make.booking()
    take_payment(booking, provider="cash", amount=Decimal(30), reference="", by=None)
    before = booking.order.balance
    assert office.post(page(booking, name), form).status_code == 422
    assert booking.order.balance == before


def test_a_hold_whose_whole_price_is_taken_off_is_confirmed(office, mails):
    booking = make.booking(by=make.user("admin"), by_office=True)
    form = {"amount": "120", "due": "120.00", "reason": "On the house"}
    assert office.post(page(booking, "credit/"), form).status_code == 302
    for _ in range(2):  # the second time, what the first one led to
        deliver_due()
    booking.refresh_from_db()
    assert (booking.status, booking.order.status, booking.hold_expires_at) == ("confirmed", OrderStatus.PAID, None)
    assert len(mails("bookings/confirmed")) == 1


@pytest.mark.parametrize("off", [120, 150])
def test_a_hold_that_gets_so_small_that_nothing_is_due_any_more_is_confirmed(visitor, off):
    session = make.session()
    form = visitor.form(session, seats="2")
    visitor.send(session, form)
    booking = Booking.objects.select_related("order").get()
    give_credit(booking.order, amount=Decimal(off), reason="A regular", by=None)
    deliver_due()
    assert visitor.send(session, {**form, "seats": "1"}).url.endswith("/done/")
    booking.refresh_from_db()
    assert (booking.status, booking.order.due, booking.order.balance.owed) == ("confirmed", 0, 0)


def test_a_refund_that_failed_is_looked_after_before_another_and_can_be_settled_otherwise(by_card, office, visitor):
    booking = by_card()
    revoke()
    cancel_booking(booking, by=None)
    carry_out_due_refunds()
    failed = Refund.objects.get()
    assert 'give-back/"' not in text(office.get(page(booking)))
    assert office.get(page(booking, "give-back/"))["Location"].endswith("/refund/")
    with pytest.raises(RefundFailedBefore, match="£120 could not be sent back"):
        refund_order(booking.order, amount=Decimal(10), reason="Lunch", by=None)

    for _ in range(2):  # pressed twice
        done = office.post(page(booking, "refund/"), {"refund": failed.pk, "what": "drop"})
        assert done.status_code == 302
    for seen in (office.get("/admin/"), office.get(page(booking))):
        assert "could not be sent back" not in text(seen)
    assert "Settled otherwise" in text(office.get(page(booking)))
    assert "Refund that failed" not in text(visitor.open(path("booking", token_of(booking))))
    failed.refresh_from_db()
    assert (failed.status, booking.order.held) == (RefundStatus.FAILED, 120)
    with pytest.raises(IllegalMove):
        retry_refund(failed, by=None)


def test_what_a_cancellation_sends_is_not_owed_for_an_earlier_refund_that_failed(by_card, office):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    cancel_booking(booking, by=None)
    carry_out_due_refunds()
    first, second = Refund.objects.order_by("pk")
    assert (first.status, second.status, second.amount) == (RefundStatus.FAILED, RefundStatus.FAILED, 120)
    assert text(office.get(page(booking))).count("could not be sent back") == 1
    done = {"refund": second.pk, "what": "by_hand", "how": "By transfer", "sent_on": make.today().isoformat()}
    assert office.post(page(booking, "refund/"), done).status_code == 302
    assert "could not be sent back" not in text(office.get(page(booking)))
    assert booking.order.held == 0


def test_a_booking_whose_deposit_went_back_is_confirmed_and_needs_no_deposit(office):
    held = make.booking()
    assert "A deposit of £36 confirms" in text(office.get(page(held)))
    assert "The deposit, £36" in text(office.get(page(held, "payment/")))
    take_payment(held, provider="cash", amount=Decimal(36), reference="", by=None)
    deliver_due()
    refund_order(held.order, amount=Decimal(36), reason="By transfer instead", by=None, still_owed=True)
    assert "A deposit of" not in text(office.get(page(held)))
    assert "The deposit" not in text(office.get(page(held, "payment/")))


def test_money_sent_back_at_stripe_makes_nobody_a_debtor(by_card, cards, visitor, office):
    booking = by_card()
    params = {"payment_intent": Payment.objects.get().provider_transaction_id, "amount": 10000}
    client().v1.refunds.create(params, {"stripe_account": "acct_alpha"})
    cards.webhooks_arrive()
    assert (booking.order.held, booking.order.due) == (20, 0)
    assert "Pay £100" not in text(visitor.open(path("booking", token_of(booking))))
    assert [credit.amount for credit in Credit.objects.all()] == [100]
    assert "Sent back at the provider" in text(office.get(page(booking)))


def test_something_is_taken_off_what_is_due_and_its_vat_with_it(office, visitor):
    booking = make.booking(session=make.session(course=make.course(price=120, vat_rate=Decimal(20))))
    form = {"amount": "30", "due": "120.00", "reason": "A regular"}
    assert office.post(page(booking, "credit/"), form).status_code == 302
    assert office.post(page(booking, "credit/"), form).status_code == 422
    order = Order.objects.get()
    assert (order.due, order.status) == (90, OrderStatus.OPEN)
    (line,) = order.lines.all()
    assert (line.net, line.vat, Credit.objects.get().vat) == (100, 20, 5)
    shown = text(visitor.open(path("booking_check", token_of(booking))))
    for sum_ in ("−£30", "£90", "£15"):
        assert sum_ in shown
    assert shown.count("£120") == 2  # the seat and its line, not the total


# --- The account, and who is told --------------------------------------------------------------------


def test_an_account_that_refuses_us_hides_cards_and_tells_owner_and_operator(by_card, office, mails, visitor, tenant):
    booking = by_card()
    revoke()
    cancel_booking(booking, by=None)
    carry_out_due_refunds()
    deliver_due()
    refund = Refund.objects.get()
    assert (refund.status, refund.next_try_at) == (RefundStatus.FAILED, None)
    assert "not connected any more" in refund.failure_reason
    assert mails("bookings/office_refund_failed")
    (told,) = mails("payments/office_disconnected")
    assert "acct_alpha" in told.text
    dashboard = text(office.get("/admin/"))
    assert "£120 could not be sent back" in dashboard
    make.session()
    dashboard = text(office.get("/admin/"))
    assert "Nobody can pay you by card" in dashboard
    assert "ask the people who run this platform to connect it again" in dashboard
    assert "/admin/settings/" not in dashboard.split("Nobody can pay you by card")[0][-300:]
    assert "Call or write to book" in text(visitor.open(path("book", make.session().pk)))


def test_a_buyer_whose_payment_shows_it_is_not_told_to_try_again(cards, visitor):
    token = visitor.token(make.session())
    revoke()
    answer = visitor.client.post(path("booking_pay", token), {"purpose": "full"}, follow=True)
    assert "Cards can't be taken here" in text(answer)
    assert "Try again in a moment" not in text(answer)


def test_an_account_that_obeys_again_takes_cards_again(by_card, tenant):
    from shared_apps.sandbox.stripe_api.accounts import ensure_account

    booking = by_card()
    revoke()
    cancel_booking(booking, by=None)
    carry_out_due_refunds()
    with public_context():
        tenant.refresh_from_db()
    assert tenant.stripe_disconnected_at
    ensure_account(account_id="acct_alpha", name="Alpha", country="GB", currency="gbp")
    look_at_account_again()
    with public_context():
        tenant.refresh_from_db()
    assert not tenant.stripe_disconnected_at


def test_a_payment_is_refunded_by_the_account_that_took_it(by_card, tenant, cards):
    from shared_apps.sandbox.stripe_api.accounts import ensure_account

    booking = by_card()
    ensure_account(account_id="acct_other", name="Other", country="GB", currency="gbp")
    change_tenant(tenant=tenant, by=None, stripe_account="acct_other")
    assert tenant.former_stripe_accounts == ["acct_alpha"]
    cancel_booking(booking, by=None)
    carry_out_due_refunds()
    assert Refund.objects.get().status == RefundStatus.COMPLETED
    cards.webhooks_arrive()  # from the account before


def test_who_has_no_email_can_pay_by_card(cards, visitor):
    buyer = make.person()
    type(buyer).objects.filter(pk=buyer.pk).update(email="")
    buyer.refresh_from_db()
    booking = make.booking(buyer=buyer, by_office=True)
    answer = visitor.pay(token_of(booking))
    assert "/pay/" in answer.url


def test_what_stripe_refuses_is_told_to_the_office_and_not_called_silence(cards, visitor, mails):
    make.user("owner")
    token = visitor.token(make.session(course=make.course(price="9000000")))  # more than a card can pay
    answer = visitor.client.post(path("booking_pay", token), {"purpose": "full"}, follow=True)
    assert "trying again does not help" in text(answer)
    assert "not answering" not in text(answer)
    visitor.client.post(path("booking_pay", token), {"purpose": "full"})
    deliver_due()
    (mail,) = mails("bookings/office_payment_refused")
    assert "999,999.99" in mail.text


# --- Disputes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verdict", "held", "due"), [("won", 120, 0), ("lost", 0, 120)])
def test_a_dispute_takes_the_money_out_until_it_is_won(by_card, cards, mails, office, verdict, held, due):
    booking = by_card(DISPUTED)
    cards.webhooks_arrive()
    deliver_due()
    assert (booking.order.held, booking.order.due, refund_quote(booking).amount) == (0, 0, 0)
    assert "wants £120 back" in text(office.get("/admin/"))
    with public_context():
        decide(StripeObject.objects.get(kind="dispute").pk, verdict)
    cards.webhooks_arrive()
    deliver_due()
    assert (booking.order.held, booking.order.due) == (held, due)
    (mail,) = mails("bookings/office_dispute_closed")
    assert verdict in mail.subject


@pytest.mark.parametrize(("days", "back"), [(40, 120), (1, 0)])  # by the terms: everything, and nothing
def test_who_cancelled_while_a_bank_looked_gets_what_the_terms_gave_when_it_decides_for_us(
    by_card, cards, mails, visitor, office, days, back
):
    booking = by_card(DISPUTED, in_days=days)
    cards.webhooks_arrive()
    deliver_due()
    calling_off = text(office.get(f"/admin/sessions/{booking.session_id}/cancel/"))
    assert "Banks are looking at £120" in calling_off
    assert "Nothing was paid" not in calling_off
    asked = text(visitor.open(path("booking_cancel", token_of(booking))))
    assert "Your bank is looking at your payment of £120" in asked
    assert "Nothing was paid" not in asked
    cancel_booking(booking, by=None)
    with public_context():
        decide(StripeObject.objects.get(kind="dispute").pk, "won")
    cards.webhooks_arrive()
    deliver_due()
    assert sum(refund.amount for refund in Refund.objects.all()) == back
    (mail,) = mails("bookings/office_dispute_closed")
    assert "The booking was cancelled meanwhile" in mail.text


def test_a_booking_can_be_cancelled_when_the_bank_took_more_than_was_left(by_card):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(20), reason="Lunch", by=None)
    write_down_dispute(Payment.objects.get(), Disputed("du_1", DisputeStatus.OPEN, Decimal(120)))
    assert (booking.order.held, refund_quote(booking).amount) == (-20, 0)
    cancel_booking(booking, by=None)
    assert Refund.objects.count() == 1


# --- One account's trouble ---------------------------------------------------------------------------


def test_one_accounts_trouble_closes_cards_for_nobody_else():
    for _ in range(5):
        one_account("acct_alpha").failed()
    assert not one_account("acct_alpha").allows()
    assert one_account("acct_beta").allows()
    assert everybody().allows()
