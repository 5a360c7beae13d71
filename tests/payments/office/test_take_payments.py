from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.models import BookingStatus
from tenant_apps.payments.models import Payment, Refund
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("provider", "amount"), [("cash", "120.00"), ("bank_transfer", "36.00")])
def test_money_at_the_desk_confirms_the_booking(office, provider, amount):
    booking = make.booking()
    answer = office.post(
        f"/admin/bookings/{booking.pk}/payment/",
        {"amount": amount, "provider": provider, "reference": "R-7", "due": "120.00"},
    )
    assert answer.status_code == 302
    deliver_due()

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    payment = booking.order.payments.get()
    assert (str(payment.amount), payment.provider, payment.provider_transaction_id) == (amount, provider, "R-7")


def test_a_payment_with_the_same_reference_is_not_recorded_twice(office):
    """The browser's Back shows the form again; its sum and reference are still there."""
    booking = make.booking()
    form = {"amount": "40", "provider": "cash", "reference": "R-7"}
    page = f"/admin/bookings/{booking.pk}/payment/"
    assert office.post(page, {**form, "due": "120.00"}).status_code == 302
    again = office.post(page, {**form, "due": "80.00"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["reference"])
    assert office.post(page, {**form, "due": "80.00", "reference": ""}).status_code == 302
    soon = office.post(page, {**form, "due": "40.00", "reference": ""})
    assert "was recorded a few minutes ago" in soon.content.decode()
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        assert office.post(page, {**form, "due": "40.00", "reference": ""}).status_code == 302
    assert booking.order.balance.paid == 120


@pytest.mark.parametrize("amount", ["1.00", "119.99", "240.00", "-120", "", "all"])
def test_a_wrong_amount_is_refused_and_nothing_is_written(office, happened, amount):
    booking = make.booking()
    before = happened()
    answer = office.post(f"/admin/bookings/{booking.pk}/payment/", {"amount": amount, "provider": "cash"})
    assert answer.status_code == 422
    assert not Payment.objects.exists()
    assert happened() == before


def test_nobody_takes_money_by_a_provider_that_is_not_the_desk(office):
    booking = make.booking()
    answer = office.post(f"/admin/bookings/{booking.pk}/payment/", {"amount": "120.00", "provider": "stripe"})
    assert answer.status_code == 422
    assert not Payment.objects.exists()


def test_no_money_is_taken_for_a_booking_that_was_cancelled(office):
    booking = make.booking()
    office.post(f"/admin/bookings/{booking.pk}/cancel/", {"reason": "Asked to"})
    office.post(f"/admin/bookings/{booking.pk}/payment/", {"amount": "120.00", "provider": "cash"})
    assert not Payment.objects.exists()


def test_cancelling_proposes_what_the_terms_give_back(office):
    booking = make.confirmed_booking(session=make.session(in_days=10))
    page = office.get(f"/admin/bookings/{booking.pk}/cancel/").content.decode()
    assert 'value="60.00"' in page

    office.post(f"/admin/bookings/{booking.pk}/cancel/", {"reason": "Ill", "refund": "100"})
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert [str(refund.amount) for refund in Refund.objects.all()] == ["100.00"]


@pytest.mark.parametrize("refund", ["120.01", "-1", "lots"])
def test_no_more_goes_back_than_was_paid(office, refund):
    booking = make.confirmed_booking()
    answer = office.post(f"/admin/bookings/{booking.pk}/cancel/", {"reason": "Ill", "refund": refund})
    assert answer.status_code == 422
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert not Refund.objects.exists()


def test_calling_a_session_off_says_what_it_costs_and_gives_everything_back(office):
    session = make.session(in_days=3)  # so soon that the terms would give nothing back
    paid, held = make.confirmed_booking(session=session, seats=2), make.booking(session=session)

    page = " ".join(office.get(f"/admin/sessions/{session.pk}/cancel/").content.decode().split())
    assert "2 bookings (3 seats)" in page
    assert "£240 goes back" in page

    office.post(f"/admin/sessions/{session.pk}/cancel/", {"reason": "The trainer is ill"})
    deliver_due()
    for booking in (paid, held):
        booking.refresh_from_db()
        assert booking.status == BookingStatus.CANCELLED
    assert [str(refund.amount) for refund in Refund.objects.all()] == ["240.00"]
    session.refresh_from_db()
    assert (session.status, session.seats_taken) == ("cancelled", 0)


def test_a_session_is_not_called_off_without_a_reason(office):
    session = make.session()
    assert office.post(f"/admin/sessions/{session.pk}/cancel/", {"reason": " "}).status_code == 422
    session.refresh_from_db()
    assert session.status == "scheduled"
