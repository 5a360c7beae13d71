"""Money that goes back arrives; and nobody owes what they were given."""

import re
from decimal import Decimal

import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.desk import take_payment
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.models import Credit, Order, OrderStatus, Payment, Refund, RefundStatus
from tenant_apps.payments.providers.stripe.client import client
from tenant_apps.payments.refunds import refund_order
from tenant_apps.payments.sending import carry_out_due_refunds
from tests import make
from tests.bookings.conftest import page, path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


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


def test_all_that_is_still_to_be_handed_back_is_told_with_its_way(office, mails):
    booking = make.booking()
    for amount, provider in ((50, "cash"), (70, "bank_transfer")):
        take_payment(booking, amount=Decimal(amount), provider=provider, reference="", by=None)
    deliver_due()
    refund_order(booking.order, amount=Decimal(20), reason="Lunch", by=None, provider="cash")
    booking.refresh_from_db()
    cancel_booking(booking, by=None, by_office=True, reason="We are flooded", everything=True)
    while deliver_due():
        pass
    (mail,) = mails("bookings/cancelled")
    for body in (mail.text, re.sub(r"</?strong>", "", mail.html)):
        assert "The reason: We are flooded." in body
        assert "£100 was not paid by card" in " ".join(body.split())
        assert "The £20 agreed before is still to come" in body
    shown = text(office.get(page(booking)))
    for told in (
        "£20 is to be handed back to", "£50 is to be handed back to", "£50 is to be transferred back to",
        "Note how £20 was handed over", "Note how £50 was handed over",
        "Note how £50 was transferred",
    ):  # fmt: skip
        assert told in shown


def test_a_part_in_hand_is_written_down_once_and_the_rest_stays_due(office):
    booking = make.booking()
    form = {"amount": "100", "provider": "cash", "due": "120.00"}
    assert office.post(page(booking, "payment/"), form).status_code == 302
    again = office.post(page(booking, "payment/"), {**form, "amount": "20"})
    assert again.status_code == 422  # what the page said is due is not due any more
    deliver_due()
    order = Order.objects.get()
    assert (order.status, order.paid, order.due) == (OrderStatus.PART_PAID, 100, 20)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    for wrong in ("20.01", "0", "", "many"):
        assert office.post(page(booking, "payment/"), {**form, "amount": wrong, "due": "20.00"}).status_code == 422


# --- Goodwill ----------------------------------------------------------------------------------------


def test_the_office_refunds_in_part_twice_and_after_cancelling_by_any_way(office, by_card):
    booking = by_card()
    good = {"way": "", "price": "lower", "reason": "The projector broke"}
    assert office.post(page(booking, "give-back/"), {**good, "amount": "50", "held": "120.00"}).status_code == 302
    twice = office.post(page(booking, "give-back/"), {**good, "amount": "50", "held": "120.00"})
    assert twice.status_code == 422
    cash = {**good, "amount": "20", "held": "70.00", "way": "cash", "reason": "Lunch was late"}
    assert office.post(page(booking, "give-back/"), cash)["Location"].endswith(
        f"/refund/?refund={Refund.objects.latest('created_at').pk}"
    )
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
        ("payment/", {"amount": "20", "provider": "cash"}),
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


def test_a_booking_whose_deposit_went_back_is_confirmed_and_needs_no_deposit(office):
    held = make.booking()
    assert "a deposit of £36 confirms, and so does any payment that you record" in text(office.get(page(held)))
    assert "The deposit, £36" in text(office.get(page(held, "payment/")))
    take_payment(held, provider="cash", amount=Decimal(36), reference="", by=None)
    deliver_due()
    refund_order(held.order, amount=Decimal(36), reason="By transfer instead", by=None, still_owed=True)
    assert "eposit of" not in text(office.get(page(held)))
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
