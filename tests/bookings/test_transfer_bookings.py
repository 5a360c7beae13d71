"""A booking goes on at another date, or with another number of seats: seats and money in one step."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.time import now
from shared_apps.timers.due import do_due_work
from tenant_apps.bookings.calendar import calendar_file
from tenant_apps.bookings.errors import (
    AlreadyBooked,
    MostlyUnpaid,
    NotTransferable,
    SameSession,
    TooManyAttendees,
    TransferTooLate,
)
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.seat_check import miscounted, sessions_with_odd_claims
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import percent_back
from tenant_apps.bookings.transfer_quotes import Shown, quote_seats, quote_transfer
from tenant_apps.bookings.transfers import change_seats, transfer_booking
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.ledger.models import Entry
from tenant_apps.messaging.models import Message
from tenant_apps.payments.errors import PaymentUnderWay
from tenant_apps.payments.models import Order, Payment, Refund
from tenant_apps.scheduling.errors import PriceOnRequest, SessionCancelled, SessionFull, SessionStarted
from tenant_apps.scheduling.models import Offer, Place
from tenant_apps.scheduling.services import cancel_session
from tenant_apps.terms.models import BookingTerms
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def no_deposits():
    BookingTerms.objects.load()
    BookingTerms.objects.update(deposit_percent=0)


def seats(session):
    session.refresh_from_db()
    return session.seats_taken, session.seats_confirmed


def agree():
    """What seats and books say of themselves."""
    assert sessions_with_odd_claims() == []
    assert miscounted() == []
    debit, credit = zip(*Entry.objects.values_list("debit", "credit"), strict=True)
    assert sum(debit) == sum(credit)


def move(booking, to, **options):
    return transfer_booking(booking=booking, to=to, by=None, **options)


def test_the_same_booking_goes_on_at_the_other_date_with_its_people():
    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Ada", "email": "ada@example.com"}])
    before, to = booking.session, make.session(in_days=80)
    ada = booking.attendees.get()

    moved = move(booking, to)

    assert (moved.pk, moved.reference, moved.session, moved.status) == (booking.pk, booking.reference, to, "confirmed")
    assert list(moved.attendees.all()) == [ada]
    assert (seats(before), seats(to)) == ((0, 0), (2, 2))
    assert not Refund.objects.exists()
    agree()


def test_what_the_new_date_costs_less_goes_back_at_once():
    booking = make.confirmed_booking()
    to = make.session(price=90)
    quote = quote_transfer(booking, to)
    assert (quote.difference, quote.refund, quote.to_pay, quote.fee) == (-30, 30, 0, 0)

    move(booking, to, shown=quote.shown)

    assert Refund.objects.get().amount == 30
    order = Order.objects.get()
    assert (order.total, order.held, order.due) == (90, 90, 0)
    agree()


def test_what_the_new_date_costs_more_is_due_and_the_booking_stands_there():
    no_deposits()
    booking = make.confirmed_booking()
    to = make.session(price=150)
    quote = quote_transfer(booking, to)
    assert (quote.difference, quote.refund, quote.to_pay) == (30, 0, 30)

    moved = move(booking, to)

    order = Order.objects.get()
    assert (moved.status, order.total, order.due, order.status) == ("confirmed", 150, 30, "part_paid")
    assert order.balance_due_at
    assert now() < order.balance_due_at < now() + timedelta(days=4)
    agree()


def test_where_deposits_are_taken_the_rest_is_due_when_a_balance_is():
    booking = make.confirmed_booking()
    to = make.session(price=150, in_days=50)
    quote = quote_transfer(booking, to)
    assert quote.to_pay == 30
    move(booking, to)
    assert Order.objects.get().balance_due_at == quote.due_by > now() + timedelta(days=30)


def test_a_line_is_never_changed_and_the_vat_of_each_is_kept():
    booking = make.confirmed_booking(session=make.session(course=make.course(price=120, vat_rate=Decimal(20))))
    [sold] = booking.order.lines.all()
    move(booking, make.session(course=make.course(price=60, vat_rate=Decimal(0))))
    first, undone, new = Order.objects.get().lines.order_by("pk")
    assert (first, undone.undoes) == (sold, sold)
    assert (first.vat, undone.vat, new.vat) == (20, -20, 0)
    assert new.item_id == booking.pk
    agree()


def test_a_deposit_goes_along():
    booking = make.booking()
    make.pay(booking, amount=36)
    make.deliver_all()
    move(booking, make.session(price=100, in_days=50))
    order = Order.objects.get()
    assert (order.total, order.deposit, order.held, order.due) == (100, 30, 36, 64)
    agree()


def test_of_a_deposit_what_the_whole_price_does_not_need_goes_back():
    booking = make.booking()
    make.pay(booking, amount=36)
    make.deliver_all()
    move(booking, make.session(price=20))
    assert (Order.objects.get().due, Refund.objects.get().amount) == (0, 16)


def test_the_office_may_leave_the_price_as_it_is():
    booking = make.confirmed_booking()
    to = make.session(price=500)
    assert quote_transfer(booking, to, keep_price=True).difference == 0
    move(booking, to, by_office=True, keep_price=True)
    assert (Order.objects.get().total, Order.objects.get().due) == (120, 0)


def test_another_sum_than_was_shown_moves_nothing():
    booking, to = make.confirmed_booking(), make.session(price=90)
    with pytest.raises(MovedMeanwhile):
        move(booking, to, shown=Shown(Decimal(20), Decimal(0)))
    booking.refresh_from_db()
    assert booking.session != to
    assert seats(to) == (0, 0)


def test_a_full_date_is_refused_and_the_seats_stay_where_they_were():
    booking, to = make.confirmed_booking(seats=2), make.session(capacity=2)
    make.booking(session=to)
    with pytest.raises(SessionFull):
        move(booking, to, by_office=True)
    assert (seats(booking.session), seats(to)) == ((2, 2), (1, 0))
    agree()


def test_seats_that_were_promised_to_who_waits_are_not_to_be_had():
    to, waits = make.session(capacity=1), make.person()
    taken = make.booking(session=to)
    join_waiting_list(session=to, person=waits, by=None)
    cancel_booking(taken, by=None)
    with pytest.raises(SessionFull):
        move(make.confirmed_booking(), to)


def test_the_seats_that_are_left_behind_go_to_who_waits_for_them():
    full = make.session(capacity=1)
    booking = make.confirmed_booking(session=full)
    join_waiting_list(session=full, person=make.person(), by=None)
    move(booking, make.session())
    assert Offer.objects.get(subject_id=full.pk).status == "offered"
    assert seats(full) == (1, 0)
    agree()


def test_who_waited_for_the_date_they_moved_to_waits_no_longer():
    to = make.session(capacity=1)
    booking, taken = make.confirmed_booking(), make.booking(session=to)
    entry = join_waiting_list(session=to, person=booking.buyer, seats=1, by=None)
    to.capacity = 3
    to.save()
    move(booking, to)
    make.deliver_all()
    entry.refresh_from_db()
    assert (entry.status, taken.is_live) == ("left", True)


def test_nobody_has_two_bookings_of_one_date():
    booking, to = make.confirmed_booking(), make.session()
    make.booking(session=to, buyer=booking.buyer)
    with pytest.raises(AlreadyBooked):
        move(booking, to, by_office=True)
    agree()


def test_a_date_that_can_t_be_booked_is_refused():
    booking = make.confirmed_booking()
    over, off, asked = make.session(in_days=-1), make.session(), make.session(price=None)
    cancel_session(off, reason="Snow", by=None)
    for to, refusal in [(over, SessionStarted), (off, SessionCancelled), (asked, PriceOnRequest)]:
        with pytest.raises(refusal):
            move(booking, to, by_office=True)
    with pytest.raises(SameSession):
        move(booking, booking.session)


@pytest.mark.parametrize(("in_days", "may"), [(14.01, True), (10, False)])
def test_a_buyer_may_as_long_as_cancelling_gives_back_everything(in_days, may):
    booking, to = make.confirmed_booking(session=make.session(in_days=in_days)), make.session()
    if may:
        assert move(booking, to).session == to
    else:
        with pytest.raises(TransferTooLate):
            move(booking, to)
        assert move(booking, to, by_office=True).session == to


def test_the_office_may_until_the_session_is_over():
    booking, to = make.confirmed_booking(session=make.session(in_days=2)), make.session()
    with time_machine.travel(booking.session.starts_at + timedelta(hours=1)):
        with pytest.raises(TransferTooLate):
            move(booking, to)
        assert move(booking, to, by_office=True).session == to


def test_what_was_cancelled_stays_where_it_was():
    booking = make.confirmed_booking()
    cancel_booking(booking, by=None)
    with pytest.raises(NotTransferable):
        move(booking, make.session(), by_office=True)


def test_a_cheap_seat_does_not_keep_a_dear_one():
    no_deposits()
    booking = make.confirmed_booking(session=make.session(price=10))
    with pytest.raises(MostlyUnpaid):
        move(booking, make.session(price=500))
    free = make.confirmed_booking(session=make.session(price=0))
    with pytest.raises(MostlyUnpaid):
        move(free, make.session(price=500))


def test_what_cost_nothing_gets_an_order_by_the_office():
    free = make.confirmed_booking(session=make.session(price=0))
    moved = move(free, make.session(price=50), by_office=True)
    assert (moved.status, moved.order.due) == ("confirmed", 50)
    assert move(moved, make.session(price=0), by_office=True).order.due == 0
    agree()


def test_held_seats_move_with_the_price_and_are_not_paid_at_another():
    booking, to = make.booking(), make.session(price=80)
    page = Payment.objects.create(
        order=booking.order, provider="stripe", amount=120, currency="GBP", purpose="full", status="processing",
        provider_reference="cs_1",
    )  # fmt: skip
    with pytest.raises(PaymentUnderWay):
        move(booking, to, by_office=True)
    page.status = "cancelled"
    page.save()
    moved = move(booking, to, by_office=True)
    assert (moved.status, moved.order.due, seats(to)) == ("pending", 80, (1, 0))
    agree()


def test_calendars_take_the_new_date_for_the_newer_one():
    booking, to = make.confirmed_booking(), make.session()
    booking.session.sequence = 4
    booking.session.save()
    moved = move(booking, to)
    assert "SEQUENCE:10" in calendar_file(moved)  # two for each: a cancellation comes between
    assert "SEQUENCE:12" in calendar_file(move(moved, make.session()))


def test_another_course_brings_its_own_terms():
    strict = make.course(price=120, cancellation_policy=[])
    assert move(make.confirmed_booking(), make.session(course=strict)).cancellation_policy == []


def test_of_several_on_one_order_one_moves_and_the_others_stay():
    from tenant_apps.bookings.selling import SeatsWanted
    from tenant_apps.checkout.services import reserve_together

    buyer = make.person()
    wanted = [SeatsWanted(session=make.session()), SeatsWanted(session=make.session())]
    [one, other] = [
        Booking.objects.get(pk=kept.item_id) for kept in reserve_together(wanted, buyer=buyer, by=None)
    ]  # fmt: skip
    make.pay(one)
    make.deliver_all()
    move(one, make.session(price=100))
    order = Order.objects.get()
    assert (order.total, order.due, Refund.objects.get().amount) == (220, 0, 20)
    assert Booking.objects.get(pk=other.pk).status == "confirmed"
    agree()


def test_further_seats_cost_what_they_cost_now_and_are_taken_at_once():
    no_deposits()
    booking = make.confirmed_booking()
    session = booking.session
    session.price = Decimal(100)
    session.save()
    assert quote_seats(booking, 2).to_pay == 100
    more = change_seats(booking=booking, seats=2, by=None)
    assert (seats(session), more.order.total, more.order.due) == ((2, 2), 220, 100)
    agree()


def test_of_seats_that_are_given_up_the_price_goes_back():
    booking = make.confirmed_booking(seats=3)
    quote = quote_seats(booking, 1)
    assert quote.refund == 240
    change_seats(booking=booking, seats=1, by=None, shown=quote.shown)
    assert (seats(booking.session), Refund.objects.get().amount) == ((1, 1), 240)
    agree()


def test_who_comes_no_more_is_said_with_fewer_seats():
    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Ada"}, {"name": "Grace"}])
    with pytest.raises(TooManyAttendees):
        change_seats(booking=booking, seats=1, by=None)
    ada, grace = booking.attendees.all()
    change_seats(booking=booking, seats=1, by=None, leaving=[ada.pk])
    assert [(row.pk, row.position) for row in booking.attendees.all()] == [(grace.pk, 1)]
    agree()


def test_more_seats_than_there_are_change_nothing():
    booking = make.confirmed_booking(session=make.session(capacity=2))
    with pytest.raises(SessionFull):
        change_seats(booking=booking, seats=3, by=None, by_office=True)
    assert seats(booking.session) == (1, 1)
    agree()


def test_who_is_moved_to_a_nearer_date_by_the_office_may_still_cancel_for_everything_back():
    booking = make.confirmed_booking(session=make.session(in_days=90))
    booking = move(booking, make.session(in_days=2), by_office=True)
    assert percent_back(booking) == 100
    assert move(booking, make.session(in_days=3), by_office=True).is_free_to_cancel  # and so once more


def test_who_is_moved_reads_all_they_need_for_the_day_whenever_the_instructions_went_out():
    """They went out to those who were booked then, and nobody sends them again."""
    yard = Place.objects.create(name="The yard", travel="Bus 42", directions="Ring twice", address="1 Mill Lane")
    course = make.course(what_to_bring="Boots with steel toes")
    soon = make.session(course=course, in_days=2, place=yard, online_url="https://meet.example.org/gas")
    booking = make.confirmed_booking(session=make.session(course=course, in_days=50), attendees=[{"name": "Ada"}])
    with time_machine.travel(soon.starts_at - timedelta(minutes=50), tick=True):
        do_due_work()
        held = make.booking(session=make.session(course=course, in_days=51))
        move(booking, soon, by_office=True)
        move(held, soon, by_office=True, keep_price=True)
        make.deliver_all()
        told = Message.objects.filter(kind="bookings/transferred")
        for body in (told.get(about_id=booking.pk).text, told.get(about_id=booking.pk).html):
            for said in ("Boots with steel toes", "Bus 42", "Ring twice", "https://meet.example.org/gas", "/check-in/"):
                assert said in body, said
        assert "https://meet.example.org/gas" not in told.get(about_id=held.pk).text  # they have no seat for certain


def test_who_could_not_cancel_for_everything_back_can_t_after_a_move_either():
    booking = make.confirmed_booking(session=make.session(in_days=3))
    moved = move(booking, make.session(in_days=2), by_office=True)
    assert (percent_back(moved), moved.is_free_to_cancel) == (0, False)


def test_a_date_that_a_buyer_chose_is_cancelled_by_its_terms():
    booking = make.confirmed_booking(session=make.session(in_days=90))
    assert percent_back(move(booking, make.session(in_days=2))) == 0
