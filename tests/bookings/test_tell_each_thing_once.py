"""What happened is told once; and what happened again, to the same booking, is told again."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from shared_apps.timers.due import do_due_work
from tenant_apps.bookings.details import set_details
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.transfers import transfer_booking
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.running import confirm_session
from tenant_apps.scheduling.services import update_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
GRACE, MARY = (
    {"name": "Grace Hopper", "email": "grace@example.com"}, {"name": "Mary Somerville", "email": "mary@example.com"},
)  # fmt: skip


@pytest.fixture
def clock():
    """Time goes on from now, and further by `clock.shift`."""
    with time_machine.travel(now(), tick=True) as traveller:
        yield traveller


def fresh(session):
    return Session.objects.select_related("course", "place", "room", "trainer").get(pk=session.pk)


def two_dates(**fields):
    course = make.course()
    return [make.session(course=course, in_days=n, capacity=9, **fields) for n in (40, 60)]


def settle(clock, **after):
    make.deliver_all()
    clock.shift(timedelta(**(after or {"minutes": 30})))
    do_due_work()
    make.deliver_all()


def put_off(session, clock, days=1):
    spans = [(day.starts_at + timedelta(days=days), day.ends_at + timedelta(days=days)) for day in session.days.all()]
    update_session(fresh(session), days=spans, by=None)
    settle(clock)


def go_to(session, booking):
    transfer_booking(booking=booking, to=fresh(session), by=None, by_office=True)
    make.deliver_all()


def test_who_went_to_another_date_after_a_move_hears_that_that_one_is_moved_too(mails, clock):
    first, second = two_dates()
    booking = make.confirmed_booking(session=first, attendees=[GRACE])
    put_off(first, clock)
    go_to(second, booking)
    put_off(second, clock)
    assert [mail.to for mail in mails("bookings/moved")] == [booking.buyer.email] * 2
    assert [mail.to for mail in mails("bookings/attending")] == [GRACE["email"]] * 4


def test_who_went_to_another_date_hears_that_that_one_is_put_on_another(mails, clock):
    first, second = two_dates()
    booking = make.confirmed_booking(session=first)
    put_off(first, clock)
    go_to(second, booking)
    starts = second.starts_at + timedelta(days=7)
    reschedule_session(fresh(second), days=[(starts, starts + timedelta(hours=7))], by=make.user("owner"))
    settle(clock)
    assert len(mails("bookings/moved")) == 2


def test_who_was_replaced_and_comes_again_hears_it_and_each_move(mails, clock):
    first, _second = two_dates()
    booking = make.confirmed_booking(session=first, attendees=[GRACE])
    put_off(first, clock)
    for people in ([MARY], [GRACE], [GRACE]):
        set_details(booking, attendees=people, by=None)
        make.deliver_all()
    assert len([mail for mail in mails("bookings/attending") if mail.to == GRACE["email"]]) == 3
    put_off(first, clock)
    assert len([mail for mail in mails("bookings/attending") if mail.to == GRACE["email"]]) == 4


def test_who_went_from_one_tentative_date_to_another_hears_that_that_takes_place(mails, clock):
    first, second = two_dates(minimum=5, decide_by=now() + timedelta(days=20))
    booking = make.confirmed_booking(session=first, attendees=[GRACE])
    for session in (first, second):
        go_to(session, booking) if session == second else None
        confirm_session(fresh(session), by=None)
        make.deliver_all()
    assert len(mails("bookings/session_runs")) == 2
    assert len(mails("bookings/attending_runs")) == 2


def test_whose_names_are_missing_is_asked_for_the_day_to_which_it_was_moved_too(mails, clock):
    session = make.session(in_days=15, capacity=5)
    make.confirmed_booking(session=session, seats=2, attendees=[{"name": "Ada"}])
    settle(clock, days=9)
    assert len(mails("bookings/name_missing")) == 1
    put_off(session, clock, days=60)
    settle(clock, days=59)
    assert len(mails("bookings/name_missing")) == 2


def test_an_attendee_whose_address_is_written_otherwise_is_still_told(mails):
    booking = make.confirmed_booking(session=make.session(in_days=20), attendees=[GRACE])
    set_details(booking, attendees=[GRACE | {"email": "GRACE@Example.com"}], by=None)
    make.deliver_all()
    assert len(mails("bookings/attending")) == 1  # they know it already
    cancel_booking(booking, by=None)
    make.deliver_all()
    assert len(mails("bookings/attending_cancelled")) == 1
