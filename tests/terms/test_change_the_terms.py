"""The office changes the price or agrees on another deposit while somebody holds a seat."""

from decimal import Decimal

import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.proof import proof_link
from tenant_apps.bookings.services import change_held_booking, confirm_if_free
from tenant_apps.payments.errors import NothingDue
from tenant_apps.payments.models import OPEN_PAYMENTS, Payment
from tenant_apps.payments.services import amount_for
from tenant_apps.scheduling.errors import PriceOnRequest
from tenant_apps.scheduling.services import update_session
from tenant_apps.terms.models import BookingTerms
from tests import make
from tests.bookings.conftest import in_site, path

at_alpha = pytest.mark.usefixtures("tenant", "db")


def now_costs(session, price):
    update_session(session, price=price, by=None)
    session.refresh_from_db()


@at_alpha
def test_a_hold_of_what_is_free_now_is_confirmed_by_going_back_to_the_form(visitor):
    session, (account, _) = make.session(), make.student_user()
    visitor.client.sign_in(account)
    form = visitor.form(session, email=account.email)
    visitor.send(session, form)
    now_costs(session, Decimal(0))
    answer = visitor.send(session, {**form, "seats": "2"})
    booking = Booking.objects.select_related("order").get()
    session.refresh_from_db()
    assert answer.url.endswith("/done/")
    assert (booking.status, booking.seats, booking.order.total) == (BookingStatus.CONFIRMED, 2, 0)
    assert (session.seats_taken, session.seats_confirmed) == (2, 2)


def test_a_hold_of_what_is_free_now_is_confirmed_by_the_link_in_an_email(cards, visitor):
    session = make.session()
    token = visitor.token(session)
    visitor.pay(token)
    now_costs(session, Decimal(0))
    text = visitor.open(path("booking_check", token)).content.decode()
    assert "nothing to pay any more" in text
    assert visitor.pay(token).url.endswith("/check/")
    booking = Booking.objects.select_related("order", "buyer").get()
    assert booking.status == BookingStatus.PENDING
    assert visitor.client.post(in_site(proof_link(booking))).url.endswith("/done/")
    booking.refresh_from_db()
    assert (booking.status, booking.order.total) == (BookingStatus.CONFIRMED, 0)


def test_a_hold_of_what_is_free_now_is_confirmed_by_the_pay_button_and_nothing_is_charged(cards, visitor):
    session, (account, _) = make.session(), make.student_user()
    visitor.client.sign_in(account)
    token = visitor.token(session, email=account.email)
    page = visitor.pay(token).url
    now_costs(session, Decimal(0))
    text = visitor.open(path("booking_check", token)).content.decode()
    assert "It is free now" in text
    assert "Pay £" not in text
    assert visitor.pay(token).url.endswith("/done/")
    booking = Booking.objects.select_related("order").get()
    assert (booking.status, booking.order.due, booking.order.status) == (BookingStatus.CONFIRMED, 0, "paid")
    assert not Payment.objects.filter(status__in=OPEN_PAYMENTS).exists()
    assert 'name="number"' not in cards.http.get(page, timeout=10).text
    with pytest.raises(NothingDue):
        amount_for(booking.order, "full")
    for name in ("booking", "booking_done"):
        assert visitor.open(path(name, token)).status_code == 200


def test_money_that_was_paid_before_it_became_free_stays_what_it_is(cards, visitor):
    session = make.session()
    token = visitor.token(session)
    cards.pay(visitor.pay(token).url)
    now_costs(session, Decimal(0))
    visitor.pay(token)
    deliver_due()
    booking = Booking.objects.select_related("order").get()
    assert (booking.status, booking.order.held, booking.order.total) == (BookingStatus.CONFIRMED, 120, 120)


@at_alpha
def test_a_hold_keeps_its_price_unless_a_seat_costs_less_now():
    session = make.session()
    booking = make.booking(session=session)

    def total(seats):
        change_held_booking(booking, seats=seats)
        booking.order.refresh_from_db()
        return booking.order.total

    now_costs(session, Decimal(150))
    assert [total(1), total(2), total(3), total(1)] == [120, 270, 420, 120]
    assert [line.quantity for line in booking.order.lines.standing()] == [1]
    now_costs(session, Decimal(100))
    assert [total(2), total(1)] == [200, 100]


@at_alpha
def test_free_seats_that_are_held_stay_free_and_further_ones_cost_what_they_cost_now(visitor):
    session = make.session(price=0)
    form = visitor.form(session)
    visitor.send(session, form)
    now_costs(session, Decimal(100))
    page = visitor.client.post(path("book", session.pk), {**form, "seats": "3", "update": "1"}).content.decode()
    assert "£200" in page
    assert visitor.send(session, {**form, "seats": "3"}).url.endswith("/check/")
    booking = Booking.objects.select_related("order").get()
    assert (booking.status, booking.seats, booking.order.total) == (BookingStatus.PENDING, 3, 200)
    assert confirm_if_free(booking, proven=True) is False
    visitor.send(session, {**form, "seats": "1"})
    booking = Booking.objects.select_related("order").get()
    assert (booking.order.total, confirm_if_free(booking, proven=True)) == (0, True)


@at_alpha
def test_the_form_of_a_hold_shows_what_it_costs(visitor):
    session = make.session()
    form = visitor.form(session, seats="2")
    visitor.send(session, form)
    now_costs(session, Decimal(150))
    page = visitor.open(path("book", session.pk)).content.decode()
    assert "£240" in page
    assert "£300" not in page
    page = visitor.client.post(path("book", session.pk), {**form, "seats": "3", "update": "1"}).content.decode()
    assert "£390" in page
    visitor.client.cookies.clear()  # somebody else, or the same person another time
    assert "£150" in visitor.open(path("book", session.pk)).content.decode()


@at_alpha
def test_more_seats_of_what_has_no_price_any_more_are_refused():
    session = make.session()
    booking = make.booking(session=session)
    session.course.price = None
    session.course.save()
    with pytest.raises(PriceOnRequest):
        change_held_booking(booking, seats=2)
    session.refresh_from_db()
    assert session.seats_taken == 1


@at_alpha
@pytest.mark.parametrize(
    ("agreed", "one_seat", "three_seats"),
    [
        (None, 36, 108),
        (Decimal(10), 12, 36),
        (Decimal("33.33"), Decimal("40"), Decimal("119.99")),
        (Decimal(0), None, None),
    ],
)
def test_the_deposit_that_was_agreed_is_kept_when_the_seats_change(agreed, one_seat, three_seats):
    booking = make.booking(by=make.user("admin"), by_office=True, deposit_percent=agreed)
    assert booking.order.deposit == one_seat
    change_held_booking(booking, seats=3)
    booking.order.refresh_from_db()
    assert booking.order.deposit == three_seats
    assert (booking.order.balance_due_at is None) == (three_seats is None)


@at_alpha
def test_a_deposit_that_is_offered_later_has_a_day_on_which_the_rest_is_due():
    BookingTerms.objects.update(deposit_percent=0)
    booking = make.booking()
    assert (booking.order.deposit, booking.order.balance_due_at) == (None, None)
    BookingTerms.objects.update(deposit_percent=50)
    change_held_booking(booking, seats=2)
    booking.order.refresh_from_db()
    assert booking.order.deposit == 120
    assert booking.order.balance_due_at is not None


@at_alpha
def test_the_buyer_sees_the_agreed_deposit_after_changing_the_seats(visitor):
    session = make.session()
    token = visitor.token(session)
    Booking.objects.update(deposit_percent=Decimal(10))
    visitor.token(session, seats="2")
    assert "A deposit, £24" in visitor.open(path("booking_check", token)).content.decode()
