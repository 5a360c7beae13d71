"""What people hear of a date that was just moved: nothing that nobody asked for, until they are told of the move."""

from datetime import date, datetime, timedelta

import pytest

from shared_apps.timers.due import do_due_work
from shared_apps.timers.models import Timer
from tenant_apps.bookings.name_reminders import FIRST
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.services import REMIND
from tenant_apps.bookings.transfers import change_seats
from tenant_apps.materials.services import add_link
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.noticing import give_notice
from tenant_apps.scheduling.services import update_session
from tests import make
from tests.bookings.test_tell_around_sessions import LONDON, on, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
KNOWN, SLIP = date(2030, 5, 20), date(2030, 5, 30)


def clock(*moment):
    return datetime(*moment, tzinfo=LONDON)


def work(time_machine, *moments):
    """What is due now, and at each of these moments."""
    for moment in (None, *moments):
        if moment:
            time_machine.move_to(moment)
        for _turn in range(3):
            make.deliver_all()
            do_due_work()


def put(session, day, begins="09:00", ends="17:00"):
    update_session(Session.objects.get(pk=session.pk), days=make.daily(day, day, begins, ends), by=None)


def replace(session, day, begins="09:00", ends="17:00"):
    days = make.daily(day, day, begins, ends)
    reschedule_session(Session.objects.get(pk=session.pk), days=days, by=make.user("admin"))


def due(kind, row):
    return Timer.objects.get(kind=kind, subject_id=row.pk, fired_at=None).due_at


def ask_for_names(time_machine):
    session, _other = on(KNOWN)
    booking = make.confirmed_booking(session=session, seats=3, attendees=[{"name": "Ada"}])
    make.deliver_all()
    return session, booking, due(FIRST, booking)


def ask_a_week_before(time_machine):
    session, booking, at = ask_for_names(time_machine)
    work(time_machine, at - timedelta(minutes=2))  # what was due before
    return session, booking, at


def ask_to_pay(time_machine):
    session, _other = on(KNOWN)
    held = make.booking(session=session)
    make.deliver_all()
    return session, held, due(REMIND, held)


def say_what_is_new(time_machine):
    session, booking = on(KNOWN)
    time_machine.move_to(clock(2030, 3, 1, 13))
    add_link(session, title="Plan", url="https://example.com/a", by=None)
    return session, booking, clock(2030, 3, 1, 13, 11)


def remind(time_machine):
    """The reminder is on its way: the worker is busy with others' mail."""
    session, booking = on(KNOWN)
    work(time_machine, clock(2030, 5, 18, 8, 58))
    time_machine.move_to(clock(2030, 5, 18, 9))
    give_notice(session.pk)
    return session, booking, clock(2030, 5, 18, 9, 1)


@pytest.mark.parametrize(
    ("tell", "kinds"),
    [
        (ask_a_week_before, ["bookings/joining", "bookings/name_missing"]), (ask_to_pay, ["bookings/received"]),
        (say_what_is_new, ["materials/added"]), (remind, ["bookings/reminder"]),
    ],
)  # fmt: skip
def test_nobody_reads_a_date_that_is_then_moved_back_and_hears_what_was_due_all_the_same(time_machine, tell, kinds):
    time_machine.move_to(clock(2030, 3, 1, 12))
    session, booking, at = tell(time_machine)
    time_machine.move_to(at - timedelta(minutes=1))
    before = Message.objects.filter(to=booking.buyer.email).count()
    put(session, SLIP)
    work(time_machine, at + timedelta(seconds=30))
    assert Message.objects.filter(to=booking.buyer.email).count() == before
    put(session, KNOWN)
    work(time_machine, at + timedelta(minutes=6))
    messages = Message.objects.filter(to=booking.buyer.email).order_by("created_at")[before:]
    said = [(row.kind, "20 May" in row.text, "30 May" in row.text) for row in messages]
    assert sorted(said) == [(kind, True, False) for kind in kinds]


def test_seats_that_are_added_meanwhile_leave_the_times_of_the_date_that_people_know(time_machine):
    time_machine.move_to(clock(2030, 5, 1, 12))
    session, booking, planned = ask_for_names(time_machine)
    put(session, date(2030, 7, 20))
    change_seats(booking=booking, seats=4, by=None, by_office=True)
    work(time_machine)
    put(session, KNOWN)
    work(time_machine, clock(2030, 5, 1, 13))
    assert due(FIRST, booking) == planned


def test_whoever_was_reminded_for_the_morning_is_reminded_again_for_the_afternoon(time_machine):
    time_machine.move_to(clock(2030, 3, 1, 12))
    session, booking = on(KNOWN)
    work(time_machine, clock(2030, 5, 20, 6, 1))
    before = told("reminder", booking)
    put(session, KNOWN, "16:00", "20:00")
    work(time_machine, clock(2030, 5, 20, 6, 15), clock(2030, 5, 20, 13, 5))
    assert told("reminder", booking) == before + 1


@pytest.mark.parametrize("change", [put, replace])
def test_of_a_date_that_is_near_now_people_hear_how_to_join_by_either_way(time_machine, change):
    time_machine.move_to(clock(2030, 3, 1, 12))
    session, booking = on(KNOWN)
    work(time_machine, clock(2030, 4, 10, 12))
    change(session, date(2030, 4, 13))
    work(time_machine, *(clock(2030, 4, day, 13) for day in (10, 11, 12)), clock(2030, 4, 13, 8))
    assert (told("joining", booking), told("reminder", booking)) == (1, 2)


def test_a_notice_on_its_way_goes_with_those_who_get_another_date(time_machine):
    time_machine.move_to(clock(2030, 3, 1, 12))
    session, booking, _at = remind(time_machine)
    before = told("reminder", booking)
    replace(session, KNOWN, "10:00", "18:00")
    work(time_machine, clock(2030, 5, 18, 9, 10), clock(2030, 5, 18, 9, 20))
    assert told("reminder", booking) == before + 1
