"""Money beyond what is due stays with its order, pays another one of the same buyer, or goes back. None is lost."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_apps.core.errors import DomainError, MovedMeanwhile
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.desk import pay_with_kept_money, take_payment
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.ledger.models import Account, Entry
from tenant_apps.messaging.models import Message
from tenant_apps.payments.errors import NothingDue, NothingKept, ProviderNotConnected, WrongAmount
from tenant_apps.payments.kept import kept_elsewhere
from tenant_apps.payments.models import Order, Payment, Refund, RefundStatus
from tenant_apps.payments.refunds import refund_order
from tenant_apps.payments.standing import write_missing_entries
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def order_of(booking) -> Order:
    return Order.objects.get(pk=booking.order_id)


def overpaid(amount, **fields) -> Booking:
    booking = make.booking(**fields)
    take_payment(booking, provider="bank_transfer", amount=Decimal(amount), reference="FT 1", by=None, keep_more=True)
    deliver()
    return booking


def deliver() -> None:
    while deliver_due():
        pass


def test_more_than_is_due_is_taken_only_where_somebody_says_so():
    with pytest.raises(WrongAmount):
        take_payment(make.booking(), provider="cash", amount=Decimal(150), reference="", by=None)
    booking = overpaid(150)
    order = order_of(booking)
    assert (order.held, order.due, order.balance.surplus) == (150, 0, 30)
    booking.refresh_from_db()
    assert booking.status == "confirmed"


def test_what_arrives_when_nothing_is_due_is_kept():
    booking = make.confirmed_booking()
    with pytest.raises(NothingDue):
        take_payment(booking, provider="cash", amount=Decimal(20), reference="", by=None)
    take_payment(booking, provider="cash", amount=Decimal(20), reference="", by=None, keep_more=True)
    assert order_of(booking).balance.surplus == 20


def test_nothing_is_kept_on_what_is_cancelled():
    booking = make.confirmed_booking()
    cancel_booking(booking, by=None)
    with pytest.raises(DomainError):
        take_payment(booking, provider="cash", amount=Decimal(20), reference="", by=None, keep_more=True)


def test_it_pays_another_booking_and_nothing_is_told_of_a_refund():
    first = overpaid(150)
    second = make.booking(buyer=first.buyer)
    assert kept_elsewhere(second.order) == 30
    Message.objects.all().delete()
    assert pay_with_kept_money(second, by=None, due=Decimal(120)) == 30
    deliver()
    assert (order_of(first).held, order_of(first).balance.surplus) == (120, 0)
    assert (order_of(second).held, order_of(second).due) == (30, 90)
    assert set(Message.objects.values_list("kind", flat=True)) <= {
        "bookings/receipt", "bookings/confirmed", "bookings/office_confirmed", "bookings/confirmation",
    }  # fmt: skip
    second.refresh_from_db()
    assert second.status == "confirmed"


def test_pressed_twice_it_pays_once():
    first = overpaid(300)
    second = make.booking(buyer=first.buyer)
    pay_with_kept_money(second, by=None, due=Decimal(120))
    with pytest.raises((NothingDue, MovedMeanwhile)):
        pay_with_kept_money(second, by=None, due=Decimal(120))
    assert order_of(first).balance.surplus == 60


def test_another_buyers_money_is_not_used():
    overpaid(150)
    with pytest.raises(NothingKept):
        pay_with_kept_money(make.booking(), by=None)


def test_cancelling_gives_what_was_paid_too_much_back_whatever_the_terms_say():
    booking = overpaid(150, session=make.session(in_days=2))
    cancel_booking(booking, by=None)
    assert Refund.objects.get().amount == 30


def test_what_paid_another_booking_goes_back_by_hand_when_that_is_cancelled():
    first = overpaid(240)
    second = make.booking(buyer=first.buyer)
    pay_with_kept_money(second, by=None)
    deliver()
    cancel_booking(Booking.objects.get(pk=second.pk), by=None)
    refund = Refund.objects.get(payment__order=second.order)
    assert (refund.amount, refund.is_by_hand, refund.status) == (120, True, RefundStatus.PENDING)


def test_kept_money_is_no_way_to_pay_that_anybody_may_name(office):
    booking = make.booking()
    for way in ("kept", "stripe"):
        with pytest.raises(ProviderNotConnected):
            take_payment(booking, provider=way, amount=Decimal(120), reference="", by=None)
    assert not Payment.objects.exists()


def test_what_was_to_go_back_and_could_not_is_not_kept(by_card):
    """It is owed to them, and sent again: used as well, it would go out twice."""
    first = by_card()
    refund_order(first.order, amount=Decimal(50), reason="Lunch", by=None)
    Refund.objects.update(status=RefundStatus.FAILED, next_try_at=None)
    write_missing_entries(first.order_id)
    second = make.booking(buyer=first.buyer)
    assert order_of(first).balance.surplus == 50
    assert kept_elsewhere(second.order) == 0
    with pytest.raises(NothingKept):
        pay_with_kept_money(second, by=None)


def test_what_is_kept_is_called_so_and_nobody_is_told_that_money_moved(office, visitor):
    first = overpaid(150)
    second = make.booking(buyer=first.buyer)
    pay_with_kept_money(second, by=None)
    deliver()
    page = visitor.open(f"/bookings/{token_of(first)}/").content.decode()
    assert "Used for something else of yours" in page
    assert "Refunded" not in page
    assert "Refunds" not in office.get(f"/admin/bookings/{first.pk}/").content.decode()
    receipt = Message.objects.filter(kind="bookings/receipt").latest("created_at")
    assert "No other money came or went" in receipt.text
    assert "We received" not in receipt.text


def test_the_office_keeps_it_and_uses_it_by_pages(office):
    first = make.booking()
    page = f"/admin/bookings/{first.pk}/payment/"
    form = {"amount": "150", "provider": "cash", "reference": "", "due": "120.00"}
    assert "tick below" in office.post(page, form).content.decode()
    office.post(page, {**form, "keep_more": "on"})
    assert "£30 more than is due" in office.get(f"/admin/bookings/{first.pk}/").content.decode()
    second = make.booking(buyer=first.buyer)
    assert "£30 is kept for" in office.get(f"/admin/bookings/{second.pk}/").content.decode()
    office.post(f"/admin/bookings/{second.pk}/kept-money/", {"due": "120.00"})
    text = office.get(f"/admin/bookings/{second.pk}/").content.decode()
    assert "£90" in text
    assert order_of(second).held == 30


def test_where_nothing_is_due_the_form_asks_only_how_much_it_was(office):
    booking = make.confirmed_booking()
    page = office.get(f"/admin/bookings/{booking.pk}/payment/").content.decode()
    assert "What you record here is kept for them" in page
    assert "It is more than is due" not in page
    sent = {"amount": "25", "keep_more": "True", "provider": "cash", "reference": "", "due": "0"}
    office.post(f"/admin/bookings/{booking.pk}/payment/", sent)
    assert order_of(booking).balance.surplus == 25


STEP = st.tuples(st.sampled_from(["pay", "use", "back", "cancel"]), st.integers(0, 2), st.integers(1, 200))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=4, max_size=14))
def test_whatever_happens_no_money_is_lost_or_made(tenant, steps):
    buyer = make.person()
    bookings = [make.booking(buyer=buyer) for _ in range(3)]
    came = back = Decimal(0)
    for n, (what, which, amount) in enumerate(steps):
        booking = Booking.objects.select_related("order").get(pk=bookings[which].pk)
        try:
            if what == "pay":
                take_payment(
                    booking, provider="cash", amount=Decimal(amount), reference=f"{n}", by=None, keep_more=True
                )
                came += amount
            elif what == "use":
                pay_with_kept_money(booking, by=None)
            elif what == "back":
                refund_order(booking.order, amount=Decimal(amount), reason="Kindness", by=None)
            else:
                cancel_booking(booking, by=None, by_office=True)
        except DomainError:
            continue
        finally:
            deliver()
        sent = Refund.objects.filter(payment__order__buyer=buyer).exclude(provider="kept")
        back = sum((refund.amount for refund in sent), Decimal(0))
        orders = list(Order.objects.filter(buyer=buyer))
        assert sum((order.held for order in orders), Decimal(0)) == came - back
        entries = Entry.objects.filter(order_id__in=[order.pk for order in orders], account=Account.PROVIDER)
        assert sum((e.debit - e.credit for e in entries.filter(holder="kept")), Decimal(0)) >= 0
        assert all(order.balance.due >= 0 for order in orders)
