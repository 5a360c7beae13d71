"""Sessions begin and end by themselves, and with them what can be booked, paid, cancelled and called off."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.office.selectors import overdue
from tenant_apps.bookings.purchases import BookedSeats
from tenant_apps.bookings.selectors import own_bookings, token_of
from tenant_apps.checkout.errors import HoldOver
from tenant_apps.checkout.services import pay_online
from tenant_apps.payments.models import Order
from tenant_apps.scheduling.errors import SessionEnded, SessionMoved, SessionOver, SessionStarted
from tenant_apps.scheduling.models import Session, SessionStatus
from tenant_apps.scheduling.progress import begin_due, end_due
from tenant_apps.scheduling.services import cancel_session, update_session
from tenant_apps.website.selectors import trainer_page
from tests import make
from tests.bookings.conftest import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def later(**time):
    """The clock, so much further."""
    return time_machine.travel(now() + timedelta(**time), tick=True)


def pass_by():
    begin_due()
    end_due()
    while deliver_due():
        pass


def test_a_session_begins_and_ends_and_its_bookings_are_completed(happened):
    session = make.session(in_days=2, trainer=make.trainer())
    booking = make.confirmed_booking(session=session)
    with later(days=2, hours=1):
        pass_by()
        session.refresh_from_db()
        assert (session.status, session.started_at) == (SessionStatus.IN_PROGRESS, session.starts_at)
    with later(days=3):
        pass_by()
        session.refresh_from_db()
        booking.refresh_from_db()
        assert (session.status, session.finished_at) == (SessionStatus.COMPLETED, session.ends_at)
        assert booking.status == BookingStatus.COMPLETED
        assert trainer_page(session.trainer.slug).taught == 1
        pass_by()
    assert happened().count("session.ended") == happened().count("booking.completed") == 1


def test_what_was_left_behind_for_months_catches_up():
    session = make.session(in_days=2)
    booking = make.confirmed_booking(session=session)
    with later(days=90):
        pass_by()
    booking.refresh_from_db()
    session.refresh_from_db()
    assert (session.status, booking.status) == (SessionStatus.COMPLETED, BookingStatus.COMPLETED)


def test_seats_nobody_paid_for_are_not_held_or_sold_after_the_start():
    session = make.session(in_days=1)
    held = make.booking(session=session)
    Booking.objects.update(hold_expires_at=None)  # held for ever
    with later(days=1, minutes=1):
        pass_by()
        held.refresh_from_db()
        session.refresh_from_db()
        assert (held.status, session.seats_taken) == (BookingStatus.EXPIRED, 0)
        with pytest.raises(HoldOver):
            pay_online(BookedSeats(held), purpose="full", success_url="https://a.test", cancel_url="https://a.test")


def test_a_hold_that_the_start_ended_says_so_and_not_that_the_seats_are_gone(visitor, mails):
    session = make.session(in_days=1)
    token = token_of(make.booking(session=session))
    Booking.objects.update(hold_expires_at=session.starts_at)
    with later(days=1, minutes=1):
        pass_by()
        text = visitor.open(path("booking_check", token)).content.decode()
        assert "This session has begun already" in text
        assert "no free seats" not in text
        assert path("book", session.pk) not in mails("bookings/expired")[0].text  # nothing to book again


def test_what_is_over_can_t_be_called_off_or_changed_and_pays_nobody_back():
    """Even before anything has noticed that it is over."""
    session = make.session(in_days=2)
    booking = make.confirmed_booking(session=session)
    with later(days=90):
        with pytest.raises(SessionOver):
            cancel_session(session, reason="Late", by=None)
        with pytest.raises(SessionOver):
            update_session(session, capacity=20, by=None)
    booking.order.refresh_from_db()
    assert booking.order.refunded == 0


def test_a_course_under_way_can_have_its_next_days_moved_but_not_those_gone():
    first = now() + timedelta(days=1)
    session = make.session(in_days=1)
    days = [(first + timedelta(days=n), first + timedelta(days=n, hours=7)) for n in range(3)]
    update_session(session, days=days, by=None)
    rows = list(session.days.values_list("pk", flat=True))
    with later(days=1, hours=2):
        pass_by()
        update_session(
            session, days=[*days[:2], (days[2][0] + timedelta(days=2), days[2][1] + timedelta(days=2))], by=None
        )
        assert list(session.days.values_list("pk", flat=True)) == rows
        with pytest.raises(DomainError, match="begun already"):
            update_session(session, days=days[1:], by=None)
    assert session.days.count() == 3


def test_a_balance_unpaid_at_the_end_is_still_overdue():
    booking = make.booking(session=make.session(in_days=60))
    make.pay(booking, amount=36)
    deliver_due()
    Order.objects.update(balance_due_at=now() + timedelta(days=1))
    with later(days=70):
        pass_by()
        booking.refresh_from_db()
        assert booking.status == BookingStatus.COMPLETED
        assert list(overdue(Booking.objects.all())) == [booking]


@pytest.mark.parametrize(
    ("status", "in_days", "refusal"),
    [("rescheduled", 30, SessionMoved), ("in_progress", -0.1, SessionStarted), ("completed", -3, SessionEnded)],
)
def test_a_refusal_says_what_is_so(status, in_days, refusal):
    session = make.session(in_days=in_days, hours=7)
    to = make.session() if status == "rescheduled" else None
    Session.objects.filter(pk=session.pk).update(status=status, rescheduled_to=to)
    session.refresh_from_db()
    assert type(session.why_not_bookable()) is refusal


def test_lists_and_seats_ask_the_same_question():
    """What may be booked in SQL is what may be booked in Python."""
    sold = make.session(capacity=1)
    make.booking(session=sold)
    make.session(takes_bookings=False)
    make.session(course=make.course(price=None))
    make.session(in_days=-3)
    priced = make.session(course=make.course(price=None))
    Session.objects.filter(pk=priced.pk).update(price=90)
    listed = set(Session.objects.bookable().values_list("pk", flat=True))
    asked = {one.pk for one in Session.objects.select_related("course") if one.is_bookable}
    assert listed == asked
    assert len(listed) == 2


def test_what_is_still_owed_after_the_course_can_be_paid_by_its_link(visitor):
    booking = make.booking(session=make.session(in_days=60))
    make.pay(booking, amount=36)
    deliver_due()
    with later(days=61):
        pass_by()
        token = token_of(booking)
        page = visitor.open(path("booking", token)).content.decode()
        assert "Pay £84" in page
        assert path("booking_pay", token) in page


def test_a_course_under_way_is_the_next_one_by_its_next_day():
    account, person = make.student_user()
    session = make.session(in_days=1)
    starts = [now() + timedelta(days=1 + 3 * n) for n in range(2)]
    update_session(session, days=[(begins, begins + timedelta(hours=7)) for begins in starts], by=None)
    booking = make.confirmed_booking(session=session, buyer=person)
    make.confirmed_booking(session=make.session(in_days=6), buyer=person)
    with later(days=2):
        pass_by()
        own = own_bookings(account)
        assert (own.next.booking, own.next.begins) == (booking, starts[1])
