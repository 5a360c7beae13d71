"""A bank takes money out until it has decided; what it leaves with us is whose it was when all was settled."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from shared_apps.core.time import now
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.disputes import decide
from shared_apps.tenants.context import public_context
from tenant_apps.bookings.desk import take_payment
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.models import DisputeStatus, Order, Payment, Refund, RefundStatus
from tenant_apps.payments.providers.base import Disputed
from tenant_apps.payments.refunds import drop_failed_refund, refund_order, retry_refund
from tenant_apps.payments.sending import carry_out_due_refunds, compare_refunds
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.services import cancel_session
from tests import make
from tests.bookings.conftest import path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
DISPUTED = "4000 0000 0000 0259"


@pytest.mark.parametrize(("verdict", "held", "due"), [("won", 120, 0), ("lost", 0, 120)])
def test_a_dispute_takes_the_money_out_until_it_is_won(by_card, cards, mails, office, verdict, held, due):
    booking = by_card(DISPUTED)
    cards.webhooks_arrive()
    make.deliver_all()
    assert (booking.order.held, booking.order.due, refund_quote(booking).amount) == (0, 0, 0)
    assert "wants £120 back" in text(office.get("/admin/"))
    with public_context():
        decide(StripeObject.objects.get(kind="dispute").pk, verdict)
    cards.webhooks_arrive()
    make.deliver_all()
    assert (booking.order.held, booking.order.due) == (held, due)
    (mail,) = mails("bookings/office_dispute_closed")
    assert verdict in mail.subject


@pytest.mark.parametrize(("days", "back"), [(40, 120), (1, 0)])  # by the terms: everything, and nothing
def test_who_cancelled_while_a_bank_looked_gets_what_the_terms_gave_when_it_decides_for_us(
    by_card, cards, mails, visitor, office, days, back
):
    booking = by_card(DISPUTED, in_days=days)
    cards.webhooks_arrive()
    make.deliver_all()
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
    make.deliver_all()
    assert sum(refund.amount for refund in Refund.objects.all()) == back
    (mail,) = mails("bookings/office_dispute_closed")
    assert "its page shows what went back to the customer" in mail.text


def test_a_booking_can_be_cancelled_when_the_bank_took_more_than_was_left(by_card):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(20), reason="Lunch", by=None)
    write_down_dispute(Payment.objects.get(), Disputed("du_1", DisputeStatus.OPEN, Decimal(120)))
    assert (booking.order.held, refund_quote(booking).amount) == (-20, 0)
    cancel_booking(booking, by=None)
    assert Refund.objects.count() == 1


# --- What is won goes to whom it belongs ----------------------------------------------------------------


def dispute(payment, status, amount, key="1") -> None:
    write_down_dispute(payment, Disputed(f"du_{key}", status, Decimal(amount)))
    make.deliver_all()


def cancel(booking, *, in_days=None, **how) -> None:
    """Call it off so many days before it begins: at 60 everything goes back, at 10 a half, at 2 nothing."""
    if in_days is not None:
        Session.objects.filter(pk=booking.session_id).update(starts_at=now() + timedelta(days=in_days))
    cancel_booking(Booking.objects.get(pk=booking.pk), by=None, **how)
    make.deliver_all()


def by_card_of(booking, amount=None) -> Payment:
    payment = make.card_payment(Order.objects.get(pk=booking.order_id), amount=amount)
    make.deliver_all()
    return payment


def gone() -> Decimal:
    """What went back, or is to go."""
    return sum((one.amount for one in Refund.objects.all() if not one.dropped_at), Decimal(0))


def fail(refund) -> Refund:
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.FAILED)
    refund.refresh_from_db()
    return refund


@pytest.mark.parametrize("days", [60, 10, 2])
def test_what_was_kept_when_it_was_cancelled_stays_when_the_bank_says_that_we_are_right(days):
    booking = make.booking()
    payment = by_card_of(booking)
    cancel(booking, in_days=days, **({"by_office": True, "refund": Decimal(50)} if days == 60 else {}))
    before, held = gone(), Order.objects.get().held
    dispute(payment, DisputeStatus.OPEN, held)
    dispute(payment, DisputeStatus.WON, held)
    assert (gone(), Order.objects.get().held) == (before, held)


@pytest.mark.parametrize("settled", [True, False])
def test_money_that_could_not_go_back_goes_once_when_a_dispute_of_the_rest_is_won(settled):
    booking = make.booking()
    payment = by_card_of(booking)
    cancel(booking, in_days=10)
    refund = fail(Refund.objects.get())
    if settled:
        drop_failed_refund(refund, by=None)
    dispute(payment, DisputeStatus.OPEN, 60)
    dispute(payment, DisputeStatus.WON, 60)
    if settled:
        assert Refund.objects.count() == 1
    else:
        retry_refund(refund, by=make.user("owner"))
        assert (gone(), Order.objects.get().held) == (60, 60)


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_disputes_only_the_one_before_the_cancellation_brings_the_buyer_something(first):
    booking = make.booking()
    deposit, balance = by_card_of(booking, 36), by_card_of(booking)
    dispute(deposit, DisputeStatus.OPEN, 36, "before")
    cancel(booking, in_days=10)
    dispute(balance, DisputeStatus.OPEN, 42, "after")
    assert gone() == 42
    decided = [(deposit, 36, "before"), (balance, 42, "after")]
    for payment, amount, key in (decided[first], decided[1 - first]):
        dispute(payment, DisputeStatus.WON, amount, key)
    assert (gone(), Order.objects.get().held) == (60, 60)


@pytest.mark.parametrize(("days", "right"), [(60, 150), (10, 90), (2, 30)])
def test_what_was_paid_too_much_goes_back_with_what_is_won(days, right):
    booking = make.booking()
    payment = by_card_of(booking)
    take_payment(booking, provider="cash", amount=Decimal(30), reference="", by=None, keep_more=True)
    dispute(payment, DisputeStatus.OPEN, 120)
    cancel(booking, in_days=days)
    dispute(payment, DisputeStatus.WON, 120)
    assert gone() == right


@pytest.mark.parametrize(("days", "right"), [(60, 120), (10, 85), (2, 50)])
def test_what_was_taken_off_the_price_goes_back_with_what_is_won(days, right):
    booking = make.booking()
    payment = by_card_of(booking)
    give_credit(Order.objects.get(), amount=Decimal(50), reason="Sorry", by=None)
    dispute(payment, DisputeStatus.OPEN, 120)
    cancel(booking, in_days=days)
    dispute(payment, DisputeStatus.WON, 120)
    assert gone() == right


@pytest.mark.parametrize("first", [0, 1])
def test_what_is_won_goes_back_once_there_is_enough_whichever_the_bank_decides_first(first):
    booking = make.booking()
    deposit, balance = by_card_of(booking, 36), by_card_of(booking)
    dispute(deposit, DisputeStatus.OPEN, 36, "before")
    cancel(booking, in_days=10)
    dispute(balance, DisputeStatus.OPEN, 84, "all of it, though 42 went back")
    decided = [(deposit, 36, "before"), (balance, 84, "all of it, though 42 went back")]
    for payment, amount, key in (decided[first], decided[1 - first]):
        dispute(payment, DisputeStatus.WON, amount, key)
    assert (gone(), Order.objects.get().held) == (60, 60)


def test_money_that_came_too_late_and_was_disputed_at_once_goes_back_when_it_is_won():
    session = make.session(capacity=1)
    booking = make.run_out(make.booking(session=session))
    make.confirmed_booking(session=session)
    payment = make.card_payment(Order.objects.get(pk=booking.order_id), amount=120)
    write_down_dispute(payment, Disputed("du_1", DisputeStatus.OPEN, Decimal(120)))
    make.deliver_all()  # only now is the payment heard of
    assert gone() == 0
    dispute(payment, DisputeStatus.WON, 120)
    assert gone() == 120


@pytest.mark.parametrize("first", [0, 1])
def test_what_could_not_go_back_stays_to_do_while_a_bank_has_the_rest(first):
    booking = make.booking()
    deposit, balance = by_card_of(booking, 36), by_card_of(booking)
    dispute(balance, DisputeStatus.OPEN, 42, "before")
    cancel(booking, in_days=10)
    refund = fail(Refund.objects.get())
    dispute(balance, DisputeStatus.OPEN, 42, "after")
    keys = ["before", "after"]
    for key in (keys[first], keys[1 - first]):
        dispute(balance, DisputeStatus.WON, 42, key)
    refund.refresh_from_db()
    assert refund.is_unsettled
    retry_refund(refund, by=make.user("owner"))
    assert (gone(), Order.objects.get().held) == (60, 60)
    assert deposit.disputes.count() == 0


@pytest.mark.parametrize(("days", "right"), [(60, 60), (10, 30), (2, 0)])
def test_what_was_settled_otherwise_is_not_sent_by_a_dispute_that_is_won(days, right):
    booking = make.booking()
    payment = by_card_of(booking)
    refund_order(Order.objects.get(), amount=Decimal(60), reason="Kindness", by=None)
    drop_failed_refund(fail(Refund.objects.get()), by=None)
    dispute(payment, DisputeStatus.OPEN, 120)
    cancel(booking, in_days=days)
    dispute(payment, DisputeStatus.WON, 120)
    assert gone() == right


def test_a_bank_that_changes_its_mind_twice_brings_the_money_once():
    booking = make.booking()
    payment = by_card_of(booking)
    dispute(payment, DisputeStatus.OPEN, 120)
    cancel(booking, in_days=10)
    for status in (DisputeStatus.LOST, DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.WON):
        dispute(payment, status, 120)
    assert (gone(), Order.objects.get().held) == (60, 60)


def test_who_cancels_while_the_bank_looks_is_not_told_that_nothing_comes_back(mails):
    first, second = make.booking(), make.booking(buyer=make.person())
    for number, booking in enumerate((first, second)):
        dispute(by_card_of(booking), DisputeStatus.OPEN, 120, str(number))
    cancel(first)
    cancel_session(Session.objects.get(pk=second.session_id), reason="Flood", by=None)
    make.deliver_all()
    asked, called_off = mails("bookings/cancelled")
    for body in (asked.text, asked.html, called_off.text, called_off.html):
        assert "Your bank is looking at your payment of £120" in body
        assert "nothing is refunded" not in body
        assert "If it leaves it with us, £120 goes back to you then" in " ".join(body.split())


def test_a_lost_dispute_asks_for_the_money_only_while_the_booking_stands(mails, office):
    booking, ended = make.booking(), make.booking(buyer=make.person())
    for number, one in enumerate((booking, ended)):
        dispute(by_card_of(one), DisputeStatus.OPEN, 120, str(number))
    cancel(ended)
    for number, one in enumerate((booking, ended)):
        dispute(one.order.payments.get(), DisputeStatus.LOST, 120, str(number))
    texts = {mail.text for mail in mails("bookings/office_dispute_closed")}
    assert sorted("is due again" in one for one in texts) == [False, True]
    assert sorted("nothing is due" in one for one in texts) == [False, True]
    dashboard = text(office.get("/admin/"))
    assert dashboard.count("owes £120 again: their bank took it back") == 1
    assert "Taken back by the bank" in text(office.get(f"/admin/bookings/{booking.pk}/"))


def test_whose_money_is_back_already_is_not_told_that_the_terms_give_nothing(mails):
    lost, given_back = make.booking(), make.booking(buyer=make.person())
    payment = by_card_of(lost)
    dispute(payment, DisputeStatus.LOST, 120)
    make.pay(given_back)
    make.deliver_all()
    refund_order(Order.objects.get(pk=given_back.order_id), amount=Decimal(120), reason="Kindness", by=None)
    for booking in (lost, given_back):
        cancel_session(Session.objects.get(pk=booking.session_id), reason="Flood", by=None)
    make.deliver_all()
    by_bank, by_us = mails("bookings/cancelled")
    for body in (by_bank.text, by_bank.html):
        assert "Your bank has given £120 back to you already" in " ".join(body.split())
    for mail in (by_bank, by_us):
        assert "nothing is refunded" not in mail.text + mail.html


def test_who_was_promised_money_with_the_cancellation_hears_that_it_did_not_go(by_card, mails):
    booking = by_card("4000 0000 0000 5126")  # a refund of this card fails
    cancel_booking(booking, by=None)
    make.deliver_all()
    assert "£120 goes back to your card" in mails("bookings/cancelled")[0].text
    with transaction.atomic():  # it fails before anybody could be told that it was sent
        carry_out_due_refunds()
        compare_refunds(Payment.objects.get())
    make.deliver_all()
    assert not mails("bookings/refunded")
    assert "did not go through" in mails("bookings/refund_failed")[0].subject


def test_only_what_a_bank_took_back_and_nobody_paid_again_is_asked_for(office):
    booking = make.booking()
    payment = by_card_of(booking, 36)  # the deposit; the rest is due later
    dispute(payment, DisputeStatus.LOST, 36)
    assert "owes £36 again" in text(office.get("/admin/"))
    make.pay(booking, amount=36)
    make.deliver_all()
    assert "again: their bank took it back" not in text(office.get("/admin/"))


def test_what_is_promised_is_what_the_bank_still_decides_about(visitor, mails):
    booking = make.booking()
    deposit, balance = by_card_of(booking, 36), by_card_of(booking)
    dispute(deposit, DisputeStatus.LOST, 36, "lost")
    dispute(balance, DisputeStatus.OPEN, 84, "open")
    Session.objects.filter(pk=booking.session_id).update(starts_at=now() + timedelta(days=10))
    assert "£42 goes back to you then" in text(visitor.open(path("booking_cancel", token_of(booking))))
    cancel(booking)
    (mail,) = mails("bookings/cancelled")
    for body in (mail.text, mail.html):
        assert "£42 goes back to you then" in " ".join(body.split())


@pytest.mark.parametrize("called_off", [True, False])
def test_both_bodies_say_the_same_beside_money_that_is_still_to_be_handed_over(mails, called_off):
    booking = make.booking()
    card = by_card_of(booking, 100)
    make.pay(booking)
    make.deliver_all()
    refund_order(Order.objects.get(), amount=Decimal(20), reason="Lunch", by=None, provider="cash")
    dispute(card, DisputeStatus.OPEN, 100)
    if called_off:
        cancel_session(Session.objects.get(pk=booking.session_id), reason="Flood", by=None)
    else:
        cancel(booking)
    make.deliver_all()
    (mail,) = mails("bookings/cancelled")
    for body in (mail.text, re.sub(r"</?strong>", "", mail.html)):
        told = " ".join(body.split())
        assert "By the terms" not in told
        assert "£100 goes back to you then" in told
        assert "The £20 agreed before is still to come" in told


@pytest.mark.parametrize("lost_first", [True, False])
def test_what_a_bank_keeps_for_good_does_not_count_with_what_is_won(lost_first):
    booking = make.booking()
    payments = [by_card_of(booking, 36), by_card_of(booking)]
    take_payment(booking, provider="cash", amount=Decimal(30), reference="", by=None, keep_more=True)
    statuses = [DisputeStatus.LOST, DisputeStatus.OPEN] if lost_first else [DisputeStatus.OPEN, DisputeStatus.LOST]
    deposit, balance = payments
    for status in statuses:
        payment = deposit if status == DisputeStatus.LOST else balance
        dispute(payment, status, payment.amount, str(payment.pk))
    cancel(booking, in_days=10)
    dispute(balance, DisputeStatus.WON, 84, str(balance.pk))
    assert (gone(), Order.objects.get().held) == (57, 57)  # a half of the 114 that are here


def test_what_is_left_after_a_lost_dispute_goes_to_whom_more_was_promised(visitor):
    booking = make.booking()
    payment = by_card_of(booking)
    refund_order(Order.objects.get(), amount=Decimal(60), reason="Kindness", by=None)
    failed = fail(Refund.objects.get())
    dispute(payment, DisputeStatus.LOST, 90)
    assert "£30" in text(visitor.open(path("booking_cancel", token_of(booking))))
    cancel(booking)
    failed.refresh_from_db()
    assert (gone(), Order.objects.get().held, failed.is_unsettled) == (30, 0, False)


@pytest.mark.parametrize(("paid", "lost", "again"), [([120], 84, 84), ([36, 84], 84, 84), ([36, 84], 36, 36)])
def test_a_balance_that_was_paid_before_its_day_and_a_bank_took_back_is_asked_for(paid, lost, again, office):
    booking = make.booking()
    payments = [by_card_of(booking, amount) for amount in paid]
    dispute(next(payment for payment in payments if payment.amount >= lost), DisputeStatus.LOST, lost)
    assert f"owes £{again} again" in text(office.get("/admin/"))


def test_a_deposit_that_a_bank_took_back_and_the_office_took_off_is_not_asked_for(office):
    booking = make.booking()
    payment = by_card_of(booking, 36)
    dispute(payment, DisputeStatus.LOST, 36)
    give_credit(Order.objects.get(), amount=Decimal(36), reason="Let it be", by=None)
    assert "again: their bank took it back" not in text(office.get("/admin/"))


# What a kindness of £60 of £120 is worth, that could not be sent back: 60 more than the terms give of the other 60.
@pytest.mark.parametrize(("in_days", "whole"), [(40, 120), (10, 90), (2, 60)])
@pytest.mark.parametrize("taken", [30, 60, 90, 120])
@pytest.mark.parametrize("verdict", ["won", "lost"])
@pytest.mark.parametrize("called_off", ["while it is open", "once it is lost"])
def test_a_bank_gives_first_what_could_not_be_sent_back(in_days, whole, taken, verdict, called_off, mails):
    booking = make.booking()
    payment = by_card_of(booking)
    refund_order(Order.objects.get(), amount=Decimal(60), reason="Kindness", by=None)
    fail(Refund.objects.get())
    dispute(payment, DisputeStatus.OPEN if called_off == "while it is open" else DisputeStatus.LOST, taken)
    Session.objects.filter(pk=booking.session_id).update(starts_at=now() + timedelta(days=in_days))
    quote = refund_quote(Booking.objects.get())
    cancel(booking)
    assert quote.amount == sum(refund.amount for refund in Refund.objects.exclude(status=RefundStatus.FAILED))
    if called_off == "while it is open":
        assert quote.amount + quote.later == whole
        told = f"£{quote.later:.0f} goes back to you then" if quote.later else "nothing of it is refunded"
        mail = " ".join(mails("bookings/cancelled")[0].text.split())
        assert told in mail
        assert "longer than usual" not in mail
    dispute(payment, DisputeStatus.WON if verdict == "won" else DisputeStatus.LOST, taken)
    for refund in Refund.objects.filter(status=RefundStatus.FAILED, dropped_at=None):
        retry_refund(refund, by=make.user("owner"))
    if verdict == "lost":
        left = min(60, 120 - taken)  # of the price: what a bank gave beyond the kindness is not paid
        whole = max(60, taken) + left * (whole - 60) // 60
    assert gone() + (taken if verdict == "lost" else 0) == whole


def test_what_failed_by_card_and_a_bank_gave_is_not_to_be_sent_any_more(office):
    booking = make.booking()
    take_payment(booking, provider="cash", amount=Decimal(30), reference="", by=None)
    payment = by_card_of(booking, 90)
    refund_order(Order.objects.get(), amount=Decimal(60), reason="Kindness", by=None)
    fail(Refund.objects.get(payment=payment))
    assert "could not be sent back to" in text(office.get("/admin/"))
    dispute(payment, DisputeStatus.LOST, 90)
    cancel(booking, in_days=2)
    assert "could not be sent back to" not in text(office.get("/admin/"))
    assert (gone(), Order.objects.get().held) == (0, 30)


def test_only_a_part_that_a_bank_gave_is_not_to_be_sent_any_more(office):
    booking = make.booking()
    payment = by_card_of(booking)
    refund_order(Order.objects.get(), amount=Decimal(60), reason="Kindness", by=None)
    fail(Refund.objects.get())
    dispute(payment, DisputeStatus.LOST, 40)
    assert "£20 could not be sent back to" in text(office.get("/admin/"))
    assert "Still to be sent back" in text(office.get(f"/admin/bookings/{booking.pk}/"))
    dispute(payment, DisputeStatus.WON, 40)
    assert sum(refund.amount for refund in Refund.objects.all() if refund.is_unsettled) == 60


def test_a_kindness_that_fails_after_a_won_dispute_was_promised_by_nobody(by_card, mails, office):
    booking = by_card("4000 0000 0000 5126")
    payment = Payment.objects.get()
    dispute(payment, DisputeStatus.OPEN, 120)
    cancel(booking, in_days=10)
    dispute(payment, DisputeStatus.WON, 120)
    given = Refund.objects.get()
    given.status, given.completed_at = RefundStatus.COMPLETED, now()
    given.save(update_fields=["status", "completed_at"])
    refund_order(Order.objects.get(), amount=Decimal(20), reason="Kindness", by=None)
    carry_out_due_refunds()
    compare_refunds(payment)
    make.deliver_all()
    assert mails("bookings/office_refund_failed")
    assert not mails("bookings/refund_failed")


@pytest.mark.parametrize("taken", [30, 60, 90])
@pytest.mark.parametrize(("in_days", "percent"), [(40, 100), (10, 50)])
def test_what_a_cancellation_sends_stays_owed_when_it_fails_and_the_bank_keeps_its_own_part(taken, in_days, percent):
    booking = make.booking()
    payment = by_card_of(booking)
    dispute(payment, DisputeStatus.OPEN, taken)
    cancel(booking, in_days=in_days)
    sent = fail(Refund.objects.get())
    dispute(payment, DisputeStatus.LOST, taken)
    retry_refund(sent, by=make.user("owner"))
    assert gone() == (120 - taken) * percent // 100


def test_money_that_went_back_twice_already_is_not_owed_a_third_time():
    booking = make.booking()
    deposit, balance = by_card_of(booking, 36), by_card_of(booking)
    refund_order(Order.objects.get(), amount=Decimal(36), reason="Kindness", by=None)
    Refund.objects.update(payment=deposit, status=RefundStatus.COMPLETED, completed_at=now())
    dispute(deposit, DisputeStatus.LOST, 36)
    refund_order(Order.objects.get(), amount=Decimal(48), reason="Kindness", by=None)
    fail(Refund.objects.get(payment=balance))
    cancel(booking)
    assert not any(refund.is_unsettled for refund in Refund.objects.all())
    assert Order.objects.get().held == 0


@pytest.mark.parametrize("first", [40, 60])
def test_in_which_order_banks_take_money_does_not_matter(first):
    booking = make.booking()
    payment = by_card_of(booking)
    refund_order(Order.objects.get(), amount=Decimal(60), reason="Kindness", by=None)
    fail(Refund.objects.get())
    for amount in (first, 100 - first):
        dispute(payment, DisputeStatus.LOST, amount, f"of {amount}")
    dispute(payment, DisputeStatus.WON, 40, "of 40")
    assert not any(refund.is_unsettled for refund in Refund.objects.all())  # the bank's 60 are theirs, and all that was


def test_the_history_of_a_cancellation_speaks_of_nothing_that_is_still_to_be_sent(office):
    booking = make.booking()
    by_card_of(booking)
    refund_order(Order.objects.get(), amount=Decimal(60), reason="Kindness", by=None)
    fail(Refund.objects.get())
    cancel(booking, in_days=10)
    page = text(office.get(f"/admin/bookings/{booking.pk}/"))
    assert "no longer to be sent" in page
    assert "Still to be sent back" not in page


@pytest.mark.parametrize("taken", [60, 90])
@pytest.mark.parametrize(("in_days", "percent"), [(40, 100), (10, 50)])
def test_what_a_bank_gives_after_all_is_not_owed_once_more(taken, in_days, percent):
    booking = make.booking()
    payment = by_card_of(booking)
    dispute(payment, DisputeStatus.OPEN, taken)
    cancel(booking, in_days=in_days)
    dispute(payment, DisputeStatus.WON, taken)
    fail(Refund.objects.latest("created_at"))
    dispute(payment, DisputeStatus.LOST, taken)
    assert not any(refund.is_unsettled for refund in Refund.objects.all())
    assert gone() == (120 - taken) * percent // 100
