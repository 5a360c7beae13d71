"""Registers: who came, marked on several devices, with and without a signal."""

from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from shared_apps.core.time import now
from shared_apps.events.models import Event
from tenant_apps.bookings.attendees import write_attendees
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.scheduling.attendance import Mark, attendance_of, mark_attendance, share_attended, shares_attended
from tenant_apps.scheduling.errors import DayNotBegun, NotOnRegister, SessionCancelled
from tenant_apps.scheduling.models import Attendance, AttendanceMark, AttendanceStatus
from tenant_apps.scheduling.services import cancel_session, schedule_session
from tenant_apps.scheduling.signatures import Signature
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
INVITED, CONFIRMED, ATTENDED, LATE, ABSENT, CANCELLED = AttendanceStatus


def register(in_days=0, names=("Ada", "Ben"), **fields):
    """A session whose one day begins in `in_days`, and its attendees by name."""
    session = make.session(in_days=60, **fields)
    booking = make.confirmed_booking(session=session, seats=len(names), attendees=[{"name": name} for name in names])
    put_off(session, timedelta(days=in_days - 60))
    return session, {row.name: row.pk for row in booking.attendees.all()}, booking


def put_off(session, shift):
    session.refresh_from_db()
    for day in session.days.all():
        day.starts_at, day.ends_at = day.starts_at + shift, day.ends_at + shift
        day.save()
    session.starts_at, session.ends_at = session.starts_at + shift, session.ends_at + shift
    session.save()


def mark(session, attendee, status, **more):
    return mark_attendance(day=session.days.get(), marks=[Mark(attendee_id=attendee, status=status, **more)], by=None)


def stands(session):
    day = session.days.get()
    return {line.seat.name: line.status_on(day) for line in attendance_of(session)}


def test_until_somebody_is_marked_they_stand_as_their_booking_does():
    session, _people, _booking = register(in_days=5)
    make.booking(session=make.session(), attendees=[{"name": "Elsewhere"}])
    assert stands(session) == {"Ada": CONFIRMED, "Ben": CONFIRMED}
    held = make.booking(session=make.session(), attendees=[{"name": "Cleo"}])
    assert stands(held.session) == {"Cleo": INVITED}


def test_who_signs_has_come_and_of_who_was_not_there_after_all_no_signature_is_kept():
    session, people, _booking = register()
    ada, hand = people["Ada"], Signature.parse({"name": "Ada Byron"})
    row = mark(session, ada, ABSENT, signature=hand)[ada]
    assert (row.status, row.signed_as) == (ATTENDED, "Ada Byron")
    mark(session, ada, LATE)
    assert Attendance.objects.get().signed_at
    mark(session, ada, ABSENT)
    row = Attendance.objects.get()
    assert (row.status, row.signed_at, row.signed_as) == (ABSENT, None, "")


def test_a_signature_that_a_phone_sends_late_does_not_stand_beside_a_later_word():
    session, people, _booking = register()
    ada, hand = people["Ada"], Signature.parse({"lines": [[1, 1, 50, 50]]})
    mark(session, ada, ABSENT, at=now() - timedelta(minutes=1))
    mark(session, ada, ATTENDED, at=now() - timedelta(minutes=9), signature=hand)
    row = Attendance.objects.get()
    assert (row.status, row.signed_at, row.signature.name) == (ABSENT, None, "")
    mark(session, ada, ATTENDED, signature=hand)
    assert Attendance.objects.get().signature.name


def test_the_database_keeps_no_signature_of_who_was_absent():
    session, people, _booking = register()
    mark(session, people["Ada"], ATTENDED, signature=Signature.parse({"name": "Ada Byron"}))
    with pytest.raises(IntegrityError, match="who_signed_has_come"), transaction.atomic():
        Attendance.objects.update(status=ABSENT)


def test_one_mark_a_person_and_the_last_one_counts():
    session, people, _booking = register()
    mark(session, people["Ada"], ATTENDED)
    mark(session, people["Ben"], ABSENT, note="Ill")
    mark(session, people["Ada"], LATE)
    assert stands(session) == {"Ada": LATE, "Ben": ABSENT}
    mark(session, people["Ben"], LATE)
    row = Attendance.objects.get(attendee_id=people["Ben"])
    assert (row.status, row.note) == (LATE, "Ill")


def test_a_mark_that_arrives_late_but_was_made_before_does_not_win_and_is_kept():
    session, people, _booking = register()
    mark(session, people["Ada"], ATTENDED, at=now() - timedelta(minutes=1))
    mark(session, people["Ada"], ABSENT, at=now() - timedelta(minutes=30))
    assert stands(session)["Ada"] == ATTENDED
    assert list(AttendanceMark.objects.values_list("status", flat=True)) == [ABSENT, ATTENDED]


def test_a_clock_that_is_ahead_does_not_win_over_who_marks_after_it():
    session, people, _booking = register()
    mark(session, people["Ada"], ABSENT, at=now() + timedelta(hours=3))
    mark(session, people["Ada"], ATTENDED)
    assert stands(session)["Ada"] == ATTENDED


def test_what_is_sent_twice_is_written_once():
    session, people, _booking = register()
    key, at = uuid4(), now() - timedelta(minutes=5)
    for _again in range(2):
        mark(session, people["Ada"], ATTENDED, key=key, at=at)
    for _again in range(2):
        mark(session, people["Ben"], LATE, note="Bus")
    assert AttendanceMark.objects.count() == 2
    assert Event.objects.filter(name="attendance.marked").count() == 2


def test_control_without_a_key_it_is_written_as_often_as_it_is_sent():
    session, people, _booking = register()
    at = now() - timedelta(minutes=5)
    for _again in range(2):
        mark(session, people["Ada"], ATTENDED, at=at)
    assert AttendanceMark.objects.count() == 2


def test_nobody_has_come_before_the_day():
    session, people, _booking = register(in_days=2)
    with pytest.raises(DayNotBegun):
        mark(session, people["Ada"], ATTENDED)
    mark(session, people["Ada"], CANCELLED)
    assert stands(session)["Ada"] == CANCELLED


def test_nobody_is_marked_who_does_not_sit_there_or_whose_session_was_called_off():
    session, people, _booking = register()
    _other, others, _booking = register()
    with pytest.raises(NotOnRegister):
        mark(session, others["Ada"], ATTENDED)
    with pytest.raises(NotOnRegister):
        mark(session, uuid4(), ATTENDED)
    cancel_session(session, reason="Ill", by=None)
    with pytest.raises(SessionCancelled):
        mark(session, people["Ada"], ATTENDED)
    assert not Attendance.objects.exists()


def test_the_share_of_days_that_somebody_came_to_counts_late_as_come():
    first = make.today() + timedelta(days=1)
    session = schedule_session(course=make.course(), days=make.daily(first, first + timedelta(days=2)), by=None)
    booking = make.confirmed_booking(session=session, seats=2, attendees=[{"name": "Ada"}, {"name": "Ben"}])
    put_off(session, timedelta(days=-5))
    people = {row.name: row.pk for row in booking.attendees.all()}
    for day, status in zip(session.days.all(), (ATTENDED, LATE, ABSENT), strict=True):
        mark_attendance(day=day, marks=[Mark(attendee_id=people["Ada"], status=status)], by=None)
    assert shares_attended(session) == {people["Ada"]: Fraction(2, 3), people["Ben"]: 0}
    assert share_attended(people["Ada"], session) == Fraction(2, 3)


def test_whose_booking_is_cancelled_comes_no_more():
    session, people, booking = register(in_days=3)
    mark(session, people["Ada"], CONFIRMED, note="Rang")
    cancel_booking(booking, by=make.user("admin"))
    make.deliver_all()
    assert stands(session) == {"Ada": CANCELLED}  # of whom something was written down; Ben is no longer there
    assert Attendance.objects.get().note == "Rang"


def test_who_takes_the_seat_of_another_begins_anew():
    session, people, booking = register(in_days=3)
    mark(session, people["Ada"], CANCELLED)
    with transaction.atomic():
        write_attendees(booking, [{"name": "Cleo"}, {"name": "Ben"}])
    assert stands(session) == {"Ben": CONFIRMED, "Cleo": CONFIRMED}
