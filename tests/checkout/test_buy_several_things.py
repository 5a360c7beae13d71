"""Seats on two courses, held and paid with one order: each may end on its own, and the money follows."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.desk import take_payment
from tenant_apps.bookings.details import correct_contact
from tenant_apps.bookings.errors import PaidWithOthers
from tenant_apps.bookings.hold_times import expire_hold, extend_hold
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.moved import complete_bookings
from tenant_apps.bookings.office.selectors import calling_off, with_money
from tenant_apps.bookings.selling import SeatsWanted
from tenant_apps.bookings.services import cancel_booking, change_held_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.checkout.selling import Wanted
from tenant_apps.checkout.services import price_of, reserve_together
from tenant_apps.messaging.models import Message
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.lines import KEPT
from tenant_apps.payments.models import DisputeStatus, Order, OrderLine, OrderStatus, Payment, Refund
from tenant_apps.payments.parts import parts_of
from tenant_apps.payments.providers.base import Disputed
from tenant_apps.payments.refunds import drop_failed_refund, refund_order, retry_refund
from tenant_apps.payments.standing import books_checked
from tenant_apps.reports.periods import period
from tenant_apps.scheduling.errors import SessionFull
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.services import cancel_session
from tests import make
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def hold(*prices, capacity=4, in_days=60, **fields) -> list[Booking]:
    """One seat on a session of its own for each price."""
    sessions = [make.session(price=price, capacity=capacity, in_days=in_days, **fields) for price in prices]
    wanted: list[Wanted] = [SeatsWanted(session=session) for session in sessions]
    kept = reserve_together(wanted, buyer=make.person(), by=None)
    return [Booking.objects.select_related("order", "session").get(pk=one.item_id) for one in kept]


def deliver() -> None:
    while deliver_due():
        pass


def pay(order, amount=None) -> Payment:
    payment = make.pay(Booking.objects.filter(order=order).first(), amount=amount)
    deliver()
    return payment


def arrive(order, amount) -> Payment:
    """A card payment that was begun in time is made."""
    payment = make.card_payment(order, amount=amount)
    deliver()
    return payment


def order_of(booking) -> Order:
    return Order.objects.get(pk=booking.order_id)


def states(bookings) -> list[str]:
    return [Booking.objects.get(pk=booking.pk).status for booking in bookings]


def test_both_are_on_one_order_with_its_price_and_one_end():
    first, second = hold(100, 60)
    assert first.order == second.order
    assert order_of(first).total == 160
    assert first.hold_expires_at == second.hold_expires_at
    assert price_of([SeatsWanted(session=first.session, seats=2), SeatsWanted(session=second.session)]) == 260


def test_no_hold_outlasts_the_first_of_the_sessions():
    soon, later = make.session(in_days=1), make.session()
    Session.objects.filter(pk=soon.pk).update(starts_at=now() + timedelta(minutes=5))
    wanted: list[Wanted] = [SeatsWanted(session=later), SeatsWanted(session=Session.objects.get(pk=soon.pk))]
    reserve_together(wanted, buyer=make.person(), by=None)
    assert {booking.hold_expires_at for booking in Booking.objects.all()} == {Session.objects.get(pk=soon.pk).starts_at}


@pytest.mark.django_db(transaction=True)
def test_where_one_is_full_nothing_is_held():
    full, free = make.session(capacity=1), make.session()
    make.booking(session=full)
    with pytest.raises(SessionFull):
        reserve_together([SeatsWanted(session=free), SeatsWanted(session=full)], buyer=make.person(), by=None)
    assert not Booking.objects.filter(session=free).exists()
    assert Session.objects.get(pk=free.pk).seats_taken == 0
    assert Order.objects.count() == 1


def test_one_payment_confirms_both():
    bookings = hold(100, 60)
    pay(bookings[0].order)
    assert states(bookings) == ["confirmed", "confirmed"]
    assert order_of(bookings[0]).status == OrderStatus.PAID


def test_taking_the_whole_price_off_confirms_both():
    bookings = hold(100, 60)
    give_credit(bookings[0].order, amount=Decimal(160), reason="On the house", by=None)
    deliver()
    assert states(bookings) == ["confirmed", "confirmed"]


def test_things_that_are_paid_together_are_paid_in_full():
    """Each would have a deposit and a date of its own."""
    first, _second = hold(100, 60)
    assert (order_of(first).deposit, order_of(first).balance_due_at) == (None, None)
    assert make.booking(session=make.session(price=100)).order.deposit == 30


def test_cancelling_one_gives_back_what_was_paid_for_it_and_leaves_the_other():
    first, second = hold(100, 60)
    pay(first.order)
    cancel_booking(first, by=None)
    order = order_of(first)
    assert states([first, second]) == ["cancelled", "confirmed"]
    assert Refund.objects.get().amount == 100
    assert Refund.objects.get().item_id == first.pk
    assert (order.total, order.held, order.due, order.status) == (60, 60, 0, OrderStatus.PAID)
    assert Session.objects.get(pk=first.session_id).seats_taken == 0


def test_the_last_one_ends_the_order_and_gives_all_of_it_back():
    first, second = hold(100, 60)
    pay(first.order)
    cancel_booking(first, by=None)
    cancel_booking(second, by=None)
    order = order_of(first)
    assert (order.held, order.due, order.status) == (0, 0, OrderStatus.CANCELLED)


def test_what_is_kept_of_one_is_not_given_back_with_the_other():
    first, second = hold(100, 60)
    pay(first.order)
    cancel_booking(first, by=None, by_office=True, refund=Decimal(70))
    order = order_of(first)
    assert (order.total, order.held, order.due) == (90, 90, 0)
    assert refund_quote(second).held == 60
    cancel_booking(second, by=None)
    assert order_of(first).held == 30
    assert list(order.lines.standing().order_by("pk").values_list("amount", flat=True)) == [60, 30]


def test_one_that_is_paid_in_part_gives_back_its_part():
    first, second = hold(100, 60)
    pay(first.order, amount=Decimal(80))
    assert [parts_of(order_of(first)).part(one.pk).paid for one in (first, second)] == [50, 30]
    cancel_booking(second, by=None)
    order = order_of(first)
    assert (order.held, order.due) == (50, 50)


def test_of_a_credit_each_has_its_share():
    first, second = hold(100, 60)
    give_credit(first.order, amount=Decimal(16), reason="A regular", by=None)
    pay(first.order)
    cancel_booking(second, by=None)
    order = order_of(first)
    assert Refund.objects.get().amount == 54
    assert (order.held, order.due, order.balance.surplus) == (90, 0, 0)
    cancel_booking(first, by=None)
    assert order_of(first).held == 0


def test_shares_of_three_add_up_to_the_penny():
    bookings = hold(10, 10, 10)
    pay(bookings[0].order, amount=Decimal("20.00"))
    parts = parts_of(order_of(bookings[0]))
    assert sorted(part.paid for part in parts.of.values()) == [Decimal("6.66"), Decimal("6.67"), Decimal("6.67")]


def test_cancelling_one_before_paying_makes_the_rest_cheaper():
    first, second = hold(100, 60)
    cancel_booking(first, by=None)
    order = order_of(second)
    assert (order.total, order.due, order.status) == (60, 60, OrderStatus.OPEN)
    pay(order)
    assert states([first, second]) == ["cancelled", "confirmed"]


def test_they_run_out_together_and_late_money_takes_both_again():
    bookings = hold(100, 60)
    Booking.objects.update(hold_expires_at=now() - timedelta(minutes=1))
    assert expire_hold(bookings[1])
    assert states(bookings) == ["expired", "expired"]
    assert not expire_hold(bookings[0])
    arrive(bookings[0].order, 160)
    assert states(bookings) == ["confirmed", "confirmed"]


def test_late_money_for_one_whose_seats_are_gone_goes_back_and_the_other_is_confirmed():
    first, second = hold(100, 60, capacity=1)
    Booking.objects.update(hold_expires_at=now() - timedelta(minutes=1))
    expire_hold(first)
    make.booking(session=second.session)
    arrive(first.order, 160)
    assert states([first, second]) == ["confirmed", "expired"]
    assert Refund.objects.get().amount == 60
    order = order_of(first)
    assert (order.total, order.held, order.due) == (100, 100, 0)


def test_late_money_for_seats_that_are_all_gone_goes_back_whole():
    first, second = hold(100, 60, capacity=1)
    Booking.objects.update(hold_expires_at=now() - timedelta(minutes=1))
    expire_hold(first)
    for booking in (first, second):
        make.booking(session=booking.session)
    arrive(first.order, 160)
    assert states([first, second]) == ["expired", "expired"]
    assert Refund.objects.get().amount == 160


def test_more_time_is_for_both():
    first, _second = hold(100, 60)
    Booking.objects.update(hold_expires_at=now() + timedelta(minutes=1))
    extend_hold(first)
    ends = set(Booking.objects.values_list("hold_expires_at", flat=True))
    assert len(ends) == 1
    assert ends.pop() > now() + timedelta(minutes=10)


def test_other_seats_for_one_change_the_price_of_that_alone():
    first, _second = hold(100, 60)
    change_held_booking(first, seats=3)
    assert order_of(first).total == 360
    lines = order_of(first).lines.standing().order_by("amount").values_list("amount", flat=True)
    assert list(lines) == [60, 300]


def test_a_session_that_is_called_off_gives_back_its_part_alone():
    first, second = hold(100, 60)
    pay(first.order)
    assert calling_off(second.session).money == 60
    cancel_session(second.session, reason="The trainer is ill", by=None)
    deliver()
    assert states([first, second]) == ["confirmed", "cancelled"]
    assert Refund.objects.get().amount == 60


def test_what_is_over_is_earned_with_the_last_of_them():
    first, second = hold(100, 60)
    pay(first.order)
    for booking, fulfilled in ((first, False), (second, True)):
        Session.objects.filter(pk=booking.session_id).update(
            starts_at=now() - timedelta(hours=9), ends_at=now() - timedelta(hours=2), status="completed"
        )
        complete_bookings(booking.session_id)
        assert (order_of(first).fulfilled_at is not None) == fulfilled


def test_the_report_of_a_period_counts_each_payment_once_and_shares_it_between_the_courses():
    first, _second = hold(100, 60)
    pay(first.order)
    today = now().date()
    found = period(today, today)
    assert found.total.revenue == 160
    assert sorted(course.revenue for course in found.courses) == [60, 100]


def test_what_went_back_for_one_is_taken_off_the_revenue_of_its_course_alone():
    first, second = hold(100, 60)
    pay(first.order)
    cancel_booking(first, by=None, by_office=True, refund=Decimal(70))
    Refund.objects.update(status="completed", completed_at=now())
    today = now().date()
    assert sorted(course.revenue for course in period(today, today).courses) == [30, 60]
    assert second.order is not None


def test_a_free_seat_beside_a_paid_one_is_on_no_order():
    paid, free = hold(100, 0)
    assert free.order is None
    assert order_of(paid).total == 100
    assert Booking.objects.get(pk=free.pk).status == BookingStatus.PENDING


def test_a_fee_that_is_given_back_after_all_is_not_taken_from_the_other():
    first, second = hold(100, 60)
    pay(first.order)
    cancel_booking(first, by=None, by_office=True, refund=Decimal(0))
    refund_order(order_of(first), amount=Decimal(100), reason="Kindness", by=None)
    assert refund_quote(Booking.objects.select_related("order", "session").get(pk=second.pk)).amount == 60
    cancel_booking(second, by=None)
    assert order_of(first).held == 0


def dispute(order, status) -> None:
    payment = order.payments.get()
    write_down_dispute(payment, Disputed("du_1", status, payment.amount))
    deliver()


def test_after_a_dispute_that_was_won_what_the_terms_keep_stays_kept():
    first, second = hold(100, 60, in_days=2)
    arrive(first.order, 160)
    dispute(first.order, DisputeStatus.OPEN)
    cancel_booking(first, by=None)
    dispute(first.order, DisputeStatus.WON)
    order = order_of(first)
    assert (order.total, order.held, order.due, order.balance.surplus) == (160, 160, 0, 0)
    assert refund_quote(Booking.objects.select_related("order", "session").get(pk=second.pk)).held == 60


def over(session_id) -> None:
    Session.objects.filter(pk=session_id).update(
        starts_at=now() - timedelta(hours=9), ends_at=now() - timedelta(hours=2), status="completed"
    )
    complete_bookings(session_id)


def test_what_is_over_is_earned_once_the_other_is_called_off():
    first, second = hold(100, 60)
    pay(first.order)
    over(first.session_id)
    assert order_of(first).fulfilled_at is None
    cancel_booking(second, by=None)
    assert order_of(first).fulfilled_at is not None


def test_checking_the_books_lets_nothing_lapse_and_earns_nothing_while_something_stands():
    first, second = hold(100, 60, capacity=1)
    Booking.objects.update(hold_expires_at=now() - timedelta(minutes=1))
    expire_hold(first)
    make.booking(session=second.session)
    arrive(first.order, 160)
    books_checked()
    assert order_of(first).lapsed_at is None
    third, fourth = hold(100, 60)
    pay(third.order)
    over(third.session_id)
    books_checked()
    assert order_of(third).fulfilled_at is None
    assert states([third, fourth]) == ["completed", "confirmed"]


def test_lists_show_of_each_its_part_and_figures_count_the_order_once():
    first, second = hold(100, 60)
    pay(first.order, amount=Decimal(80))
    rows = with_money(Booking.objects.all()).order_by("money_total")
    assert [(row.money_total, row.money_held, row.money_due) for row in rows] == [(60, 30, 30), (100, 50, 50)]
    cancel_booking(second, by=None)
    assert [row.money_due for row in with_money(Booking.objects.filter(order=first.order_id).order_by("pk"))] == [50, 0]


def test_revenue_follows_the_price_that_was_asked_last_and_those_that_stood_then():
    first, second = hold(100, 60)
    change_held_booking(first, seats=3)
    pay(first.order, amount=Decimal(180))
    cancel_booking(second, by=None)
    Refund.objects.update(status="completed", completed_at=now())
    pay(order_of(first))
    today = now().date()
    assert {course.revenue for course in period(today, today).courses} == {300, 0}


def test_one_reminder_is_for_all_of_them():
    first, _second = hold(100, 60)
    with time_machine.travel(now() + timedelta(minutes=11)):
        do_what_is_due()
    (message,) = Message.objects.filter(kind="bookings/received")
    assert "That is also for" in message.text
    assert "£160" in message.text
    assert message.to == first.buyer.email


def test_one_of_them_can_t_become_somebody_else_s():
    first, _second = hold(100, 60)
    with pytest.raises(PaidWithOthers):
        change_held_booking(first, seats=1, buyer=make.person())
    assert order_of(first).buyer == first.buyer


# --- What is kept of one of several things --------------------------------------------------------------


def kept_of(order) -> list[tuple[Decimal, Decimal]]:
    """What is kept of things that were called off, and at what VAT."""
    lines = order.lines.standing().filter(item_type=KEPT).order_by("pk")
    return [(line.amount, line.vat_rate) for line in lines]


def test_money_paid_too_much_goes_back_without_melting_what_is_kept():
    first, _second = hold(100, 60, in_days=2)
    arrive(first.order, 160)
    take_payment(first, provider="cash", amount=Decimal(30), reference="", by=None, keep_more=True)
    cancel_booking(first, by=None)
    refund_order(order_of(first), amount=Decimal(30), reason="Too much", by=None)
    order = order_of(first)
    assert (parts_of(order).kept, order.balance.surplus, order.due) == (100, 0, 0)


def test_money_that_was_settled_goes_back_after_all_without_what_is_kept():
    first, _second = hold(100, 60)
    arrive(first.order, 160)
    cancel_booking(first, by=None, by_office=True, refund=Decimal(60))
    refund = Refund.objects.get()
    Refund.objects.filter(pk=refund.pk).update(status="failed")
    refund.refresh_from_db()
    drop_failed_refund(refund, by=None)
    refund_order(order_of(first), amount=Decimal(60), reason="After all", by=None, sends_settled=True)
    order = order_of(first)
    assert (order.held, parts_of(order).kept, order.balance.surplus, order.due) == (100, 40, 0, 0)


def test_a_fee_that_is_given_back_in_part_keeps_its_name_and_its_vat():
    first, second, _third = hold(100, 60, 40)
    OrderLine.objects.filter(item_id=first.pk).update(vat_rate=20)
    OrderLine.objects.filter(item_id=second.pk).update(vat_rate=5)
    arrive(first.order, 200)
    cancel_booking(first, by=None, by_office=True, refund=Decimal(0))
    cancel_booking(second, by=None, by_office=True, refund=Decimal(50))
    refund_order(order_of(first), amount=Decimal(10), reason="Kindness", by=None, item_id=first.pk)
    assert sorted(kept_of(order_of(first))) == [(10, 5), (90, 20)]


def test_what_could_not_go_back_goes_once_when_a_dispute_is_won_beside_it():
    first, second = hold(100, 60)
    arrive(first.order, 160)
    cancel_session(Session.objects.get(pk=first.session_id), reason="Flood", by=None)
    deliver()
    refund = Refund.objects.get()
    Refund.objects.filter(pk=refund.pk).update(status="failed")
    write_down_dispute(order_of(first).payments.get(), Disputed("du_1", DisputeStatus.OPEN, Decimal(60)))
    write_down_dispute(order_of(first).payments.get(), Disputed("du_1", DisputeStatus.WON, Decimal(60)))
    deliver()
    refund.refresh_from_db()
    retry_refund(refund, by=make.user("owner"))
    order = order_of(first)
    assert (order.held, order.due, parts_of(order).part(second.pk).paid) == (60, 0, 60)


@pytest.mark.parametrize("order_of_winning", [(0, 1), (1, 0)])
def test_of_two_disputes_each_thing_gets_what_its_terms_give(order_of_winning):
    first, second = hold(100, 100)
    payments = [arrive(first.order, 100), arrive(first.order, 100)]
    for n, payment in enumerate(payments):
        write_down_dispute(payment, Disputed(f"du_{n}", DisputeStatus.OPEN, Decimal(100)))
    Session.objects.filter(pk=first.session_id).update(starts_at=now() + timedelta(days=10))  # a half goes back
    for booking in (first, second):
        cancel_booking(Booking.objects.get(pk=booking.pk), by=None)
    for n in order_of_winning:
        write_down_dispute(payments[n], Disputed(f"du_{n}", DisputeStatus.WON, Decimal(100)))
        deliver()
    assert sum(refund.amount for refund in Refund.objects.all()) == 150
    assert order_of(first).held == 50


def test_a_disputed_thing_that_is_called_off_beside_another_leaves_what_its_terms_keep():
    first, second = hold(100, 60)
    arrive(first.order, 160)
    dispute(first.order, DisputeStatus.OPEN)
    Session.objects.filter(pk=first.session_id).update(starts_at=now() + timedelta(days=10))
    cancel_booking(Booking.objects.get(pk=first.pk), by=None)
    dispute(first.order, DisputeStatus.WON)
    order = order_of(first)
    assert (order.held, order.due, order.balance.surplus) == (110, 0, 0)
    assert (parts_of(order).kept, parts_of(order).part(second.pk).paid) == (50, 60)


def test_an_ended_thing_goes_along_to_whom_the_order_is_now():
    first, second = hold(100, 60)
    arrive(first.order, 160)
    cancel_booking(second, by=None)
    known = make.person(email="real@example.com")
    number = Booking.objects.get(pk=second.pk).link_number
    correct_contact(Booking.objects.get(pk=first.pk), by=None, email="real@example.com")
    ended = Booking.objects.get(pk=second.pk)
    assert (ended.buyer, order_of(first).buyer) == (known, known)
    assert ended.link_number == number + 1
