"""Money that could not be sent back is looked after by somebody, and goes back once."""

from decimal import Decimal

import pytest
from django.db import transaction

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.errors import RefundFailedBefore, RefundNotOwed, RefundTooHigh, SettledGoesWhole
from tenant_apps.payments.models import DisputeStatus, Order, Payment, Refund, RefundStatus
from tenant_apps.payments.providers.base import Disputed
from tenant_apps.payments.refunds import refund_order, retry_refund
from tenant_apps.payments.sending import carry_out_due_refunds, compare_refunds
from tests import make
from tests.bookings.conftest import page, path, revoke, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


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
    assert "No longer to be sent" in text(office.get(page(booking)))
    assert "Refund that failed" not in text(visitor.open(path("booking", token_of(booking))))
    failed.refresh_from_db()
    assert (failed.status, booking.order.held) == (RefundStatus.FAILED, 120)
    with pytest.raises(RefundNotOwed):
        retry_refund(failed, by=make.user("owner"))


def test_what_was_settled_otherwise_is_not_given_back_again_by_a_cancellation(by_card, office, visitor):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    office.post(page(booking, "refund/"), {"refund": Refund.objects.get().pk, "what": "drop"})
    assert "Cancel and get £70 back" in text(visitor.open(path("booking_cancel", token_of(booking))))
    assert "£50 more was settled otherwise, and stays." in text(office.get(page(booking, "cancel/")))
    cancel_booking(booking, by=None)
    assert Refund.objects.latest("created_at").amount == 70


def test_nor_by_calling_the_whole_session_off(by_card, office):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    office.post(page(booking, "refund/"), {"refund": Refund.objects.get().pk, "what": "drop"})
    calling_off = f"/admin/sessions/{booking.session_id}/cancel/"
    assert "£70 goes back" in text(office.get(calling_off))
    office.post(calling_off, {"reason": "The boiler broke"})
    assert [refund.amount for refund in Refund.objects.order_by("created_at")] == [50, 70]


def test_what_is_sent_after_all_counts_no_longer_as_settled_otherwise_once_the_office_says_so(by_card, office):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    office.post(page(booking, "refund/"), {"refund": Refund.objects.get().pk, "what": "drop"})
    form = {"amount": "50", "way": "cash", "reason": "In cash after all", "price": "lower", "held": "120.00"}
    office.post(page(booking, "give-back/"), {**form, "after_all": "on"})
    quote = refund_quote(Booking.objects.select_related("order").get())
    assert (quote.held, quote.settled, quote.amount, quote.overpaid) == (70, 0, 70, 0)
    order = Order.objects.get()
    assert (order.balance.owed, order.due, order.balance.surplus) == (70, 0, 0)


def test_what_was_settled_otherwise_is_sent_as_a_whole_or_stays(by_card, office):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    office.post(page(booking, "refund/"), {"refund": Refund.objects.get().pk, "what": "drop"})
    with pytest.raises(SettledGoesWhole):
        refund_order(booking.order, amount=Decimal(20), reason="A part", by=None, provider="cash", sends_settled=True)
    with pytest.raises(RefundTooHigh):
        cancel_booking(booking, by=None, by_office=True, refund=Decimal(120))
    assert refund_quote(Booking.objects.select_related("order").get()).settled == 50


def test_what_a_bank_left_of_what_was_settled_can_be_sent_after_all(by_card, office):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    office.post(page(booking, "refund/"), {"refund": Refund.objects.get().pk, "what": "drop"})
    write_down_dispute(Payment.objects.get(), Disputed("du_1", DisputeStatus.LOST, Decimal(80)))
    assert "Only with the box below ticked: £40." in text(office.get(page(booking, "give-back/")))
    form = {"way": "cash", "price": "lower", "reason": "After all", "after_all": "on", "held": "40.00"}
    assert office.post(page(booking, "give-back/"), {**form, "amount": "40"}).status_code == 302
    order = Order.objects.get()
    assert (order.held, order.balance.settled) == (0, 0)


def test_another_refund_of_the_same_sum_leaves_what_was_settled_otherwise(by_card, office):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    office.post(page(booking, "refund/"), {"refund": Refund.objects.get().pk, "what": "drop"})
    assert "Up to £70 can go back" in text(office.get(page(booking, "give-back/")))
    refund_order(booking.order, amount=Decimal(50), reason="Goodwill", by=None, provider="cash")
    quote = refund_quote(Booking.objects.select_related("order").get())
    assert (quote.held, quote.settled, quote.amount) == (70, 50, 20)
    with pytest.raises(RefundTooHigh):
        refund_order(booking.order, amount=Decimal(21), reason="Too much", by=None)


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


@pytest.mark.parametrize(("days", "sent"), [(10, 85), (1, 50)])  # the 50 that failed, and half or nothing of the rest
@pytest.mark.parametrize("price", ["lower", "owed"])
def test_cancelling_late_sends_what_failed_before_and_what_the_terms_give_of_the_rest(
    by_card, office, price, days, sent
):
    booking = by_card(in_days=days)
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None, still_owed=price == "owed")
    revoke()
    carry_out_due_refunds()
    asked = text(office.get(page(booking, "cancel/")))
    assert f"and £50 that is beyond it or should be back already: £{sent}." in asked
    cancel_booking(booking, by=None)
    owed = Refund.objects.filter(dropped_at=None)
    assert [refund.amount for refund in owed] == [sent]
    carry_out_due_refunds()
    assert text(office.get(page(booking))).count("could not be sent back") == 1


def test_a_refund_that_failed_stays_owed_when_a_cancellation_sends_less(by_card, office):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    cancel_booking(booking, by=None, by_office=True, refund=Decimal(20))
    assert sorted(refund.amount for refund in Refund.objects.filter(dropped_at=None)) == [20, 50]


def test_nobody_is_told_that_money_was_sent_which_has_come_back_already(by_card, mails):
    make.user("owner")
    booking = by_card("4000 0000 0000 5126")
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    with transaction.atomic():  # it fails before anybody could be told that it was sent
        carry_out_due_refunds()
        compare_refunds(Payment.objects.get())
    assert Refund.objects.get().status == RefundStatus.FAILED
    deliver_due()
    assert not mails("bookings/refunded")
    assert not mails("bookings/refund_failed")
    (told,) = mails("bookings/office_refund_failed")
    assert "£50" in told.text


def test_nor_by_a_bank_that_decides_for_us_after_the_cancellation(by_card, office):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(50), reason="Lunch", by=None)
    revoke()
    carry_out_due_refunds()
    office.post(page(booking, "refund/"), {"refund": Refund.objects.get().pk, "what": "drop"})
    for standing in (DisputeStatus.OPEN, DisputeStatus.WON):
        write_down_dispute(Payment.objects.get(), Disputed("du_1", standing, Decimal(120)))
        deliver_due()
        if standing == DisputeStatus.OPEN:
            cancel_booking(booking, by=None)
    assert [refund.amount for refund in Refund.objects.order_by("created_at")] == [50, 70]
