"""What people hear before and after a session: at the right time, each once, whatever restarts and clocks do."""

import re
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from shared_apps.core.time import now
from shared_apps.timers.due import do_due_work
from shared_apps.timers.models import Timer
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.review_links import attendee_of
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.attendance import Mark, mark_attendance
from tenant_apps.scheduling.models import CourseNotices, Session, SessionNotices
from tenant_apps.scheduling.noticing import (
    TIMER,
    change_course_notices,
    change_notices,
    days_before,
    give_notice,
    times_of,
)
from tenant_apps.scheduling.plan import spans
from tenant_apps.scheduling.running import confirm_session
from tenant_apps.scheduling.services import cancel_session, schedule_session, update_session
from tenant_apps.scheduling.several import take_back_sessions
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
LONDON = ZoneInfo("Europe/London")


def told(kind, booking):
    return Message.objects.filter(kind=f"bookings/{kind}", to=booking.buyer.email).count()


def on(day, begins="09:00", **fields):
    """A session in London on `day`, with a booking that is paid for."""
    session = schedule_session(
        course=make.course(what_to_bring="Boots"), days=make.daily(day, day, begins, "17:00"), by=None,
        time_zone="Europe/London", **fields,
    )  # fmt: skip
    return session, make.confirmed_booking(session=session)


def live_through(time_machine, session, until):
    """Let the clock run. Somebody looks now and then, dies half-way, and another one begins again."""
    dice = Random(f"{until}")
    while now() < until:
        near = until - now() < timedelta(days=4)
        step = timedelta(minutes=dice.randint(20, 150)) if near else timedelta(hours=9)
        time_machine.move_to(min(now() + step, until))
        with transaction.atomic():
            give_notice(session.pk)
            transaction.set_rollback(True)
        do_due_work()
        if near:
            do_due_work()


# The nights of 2027 in which London's clocks change lie right before these days.
@pytest.mark.parametrize("day", [date(2027, 3, 29), date(2027, 11, 1)])
def test_over_a_fortnight_with_restarts_each_is_told_once_and_at_its_time(time_machine, day):
    time_machine.move_to(datetime.combine(day - timedelta(days=14), datetime.min.time(), LONDON))
    change_notices({"joining_days": 3, "reminder_days": 1, "reminder_hours": 3, "feedback_hours": 2}, by=None)
    session, booking = on(day)
    make.deliver_all()
    live_through(time_machine, session, session.ends_at + timedelta(hours=6))
    assert (told("joining", booking), told("reminder", booking), told("feedback", booking)) == (1, 2, 1)
    first, second = Message.objects.filter(kind="bookings/reminder").order_by("created_at")
    joining = Message.objects.get(kind="bookings/joining")
    nine = [datetime.combine(day - timedelta(days=n), datetime.min.time(), LONDON).replace(hour=9) for n in (3, 1)]
    for message, at in ((joining, nine[0]), (first, nine[1]), (second, session.starts_at - timedelta(hours=3))):
        assert timedelta(0) <= message.created_at - at <= timedelta(minutes=151)
    assert "Boots" in joining.text


def test_days_are_counted_on_the_calendar_of_the_place_and_hours_in_instants(time_machine):
    time_machine.move_to("2027-03-01")
    session, _booking = on(date(2027, 3, 28))  # the clocks went forward in that night
    assert days_before(session, 1) == datetime(2027, 3, 27, 9, tzinfo=LONDON)
    assert session.starts_at - days_before(session, 1) == timedelta(hours=23)
    soon = [one.at for one in times_of(session, SessionNotices.objects.load()) if one.notice == "reminder_soon"]
    assert soon == [session.starts_at - timedelta(hours=3)]


def test_a_timer_that_goes_off_twice_tells_nothing_twice(time_machine):
    session, booking = on(make.today() + timedelta(days=10))
    make.deliver_all()
    time_machine.move_to(days_before(session, 7) + timedelta(minutes=1))
    for _n in range(2):
        give_notice(session.pk)
        make.deliver_all()
    Session.objects.filter(pk=session.pk).update(noticed_until=None)  # as if that had been lost
    give_notice(session.pk)
    make.deliver_all()
    assert told("joining", booking) == 1


def test_who_books_after_the_time_reads_it_in_the_confirmation_and_not_again(time_machine):
    session, early = on(make.today() + timedelta(days=10))
    time_machine.move_to(days_before(session, 7) + timedelta(hours=1))
    late = make.confirmed_booking(session=session)
    do_due_work()
    assert (told("joining", early), told("joining", late)) == (1, 0)
    time_machine.move_to(days_before(session, 2) + timedelta(hours=1))
    do_due_work()
    assert (told("reminder", early), told("reminder", late)) == (1, 1)


def test_of_reminders_that_were_missed_only_the_last_one_is_sent(time_machine):
    session, booking = on(make.today() + timedelta(days=10))
    make.deliver_all()
    time_machine.move_to(session.starts_at - timedelta(hours=2))
    do_due_work()
    assert (told("joining", booking), told("reminder", booking)) == (1, 1)


def test_nothing_is_told_of_what_was_called_off_or_has_begun(time_machine):
    off, on_it = on(make.today() + timedelta(days=10))
    begun, there = on(make.today() + timedelta(days=10))
    make.deliver_all()
    cancel_session(off, reason="No", by=None)
    time_machine.move_to(begun.starts_at + timedelta(minutes=5))
    do_due_work()
    for booking in (on_it, there):
        assert (told("joining", booking), told("reminder", booking)) == (0, 0)


def test_a_session_that_moves_takes_its_notices_along(time_machine):
    day = make.today() + timedelta(days=10)
    session, booking = on(day)
    make.deliver_all()
    later = day + timedelta(days=30)
    update_session(session, days=spans(later, later, *_hours(), zone=LONDON), by=None)
    make.deliver_all()
    time_machine.move_to(session.starts_at)
    do_due_work()
    assert told("joining", booking) == 0
    session.refresh_from_db()
    time_machine.move_to(days_before(session, 7) + timedelta(minutes=1))
    do_due_work()
    assert told("joining", booking) == 1


def test_on_another_date_the_notices_are_of_the_new_one(time_machine):
    day = make.today() + timedelta(days=10)
    session, booking = on(day)
    later = day + timedelta(days=30)
    new = reschedule_session(session, days=spans(later, later, *_hours(), zone=LONDON), by=make.user("admin"))
    time_machine.move_to(now() + timedelta(minutes=6))
    do_due_work()
    make.deliver_all()
    time_machine.move_to(days_before(new, 7) + timedelta(minutes=1))
    do_due_work()
    assert told("joining", booking) == 1
    assert Message.objects.get(kind="bookings/joining").about_id == booking.pk


def test_of_a_tentative_session_nothing_is_told_before_it_is_decided(time_machine):
    day = make.today() + timedelta(days=20)
    session, booking = on(day, minimum=5, decide_by=now() + timedelta(days=15))
    make.deliver_all()
    confirmation = Message.objects.get(kind="bookings/confirmed", to=booking.buyer.email)
    assert "runs from 5 bookings" in confirmation.text
    assert not Timer.objects.filter(kind=TIMER, fired_at=None).exists()
    confirm_session(session, by=make.user("admin"))
    make.deliver_all()
    assert told("session_runs", booking) == 1
    time_machine.move_to(days_before(session, 7) + timedelta(minutes=1))
    do_due_work()
    assert told("joining", booking) == 1


def test_the_office_hears_that_it_has_to_decide(time_machine):
    owner = make.user("owner")
    session, _booking = on(make.today() + timedelta(days=20), minimum=5, decide_by=now() + timedelta(days=15))
    time_machine.move_to(session.decide_by + timedelta(minutes=1))
    do_due_work()
    asked = Message.objects.get(kind="bookings/office_decide", to=owner.email)
    assert "runs from 5 bookings, and 1 are confirmed" in asked.text


def test_other_settings_count_for_sessions_that_are_there_already(time_machine):
    session, booking = on(make.today() + timedelta(days=30))
    make.deliver_all()
    change_notices({"joining_days": 21, "reminder_days": None}, by=None)
    time_machine.move_to(days_before(session, 21) + timedelta(minutes=1))
    do_due_work()
    assert told("joining", booking) == 1
    time_machine.move_to(days_before(session, 2) + timedelta(minutes=1))
    do_due_work()
    assert told("reminder", booking) == 0


def test_other_settings_are_written_at_once_however_many_sessions_there_are(django_assert_max_num_queries):
    rows = [make.session(in_days=30 + n) for n in range(15)]
    make.deliver_all()
    with django_assert_max_num_queries(15):
        change_notices({"joining_days": None, "reminder_days": None, "reminder_hours": 5}, by=None)
    set_for = dict(Timer.objects.filter(kind=TIMER, fired_at=None).values_list("subject_id", "due_at"))
    assert set_for == {row.pk: row.starts_at - timedelta(hours=5) for row in rows}
    with django_assert_max_num_queries(15):
        change_notices({"reminder_hours": None}, by=None)
    assert not Timer.objects.filter(kind=TIMER, fired_at=None).exists()


def test_of_a_session_that_was_taken_off_the_calendar_nothing_is_told_and_nothing_fails(time_machine):
    session = make.session(in_days=30)
    make.deliver_all()
    take_back_sessions(course=session.course, keys=[session.pk], by=None)
    time_machine.move_to(session.starts_at)
    do_due_work()
    assert Timer.objects.get(kind=TIMER).error == ""


def test_attendees_with_an_address_of_their_own_are_told_without_the_link_to_the_booking(time_machine):
    session, _booking = on(make.today() + timedelta(days=10))
    names = [{"name": "Ada", "email": "ada@example.com"}]
    make.confirmed_booking(session=session, attendees=names)
    make.deliver_all()
    time_machine.move_to(days_before(session, 7) + timedelta(minutes=1))
    do_due_work()
    message = Message.objects.get(kind="bookings/attending_joining", to="ada@example.com")
    assert "/booking/" not in message.text


def test_hybrid_ones_hear_both_ways(time_machine):
    place = make.session().place
    session, booking = on(make.today() + timedelta(days=10), online_url="https://meet.example.com/x", place=place)
    make.deliver_all()
    time_machine.move_to(days_before(session, 7) + timedelta(minutes=1))
    do_due_work()
    assert "https://meet.example.com/x" in Message.objects.get(kind="bookings/joining", to=booking.buyer.email).text


def _hours():
    return datetime.strptime("09:00", "%H:%M").time(), datetime.strptime("17:00", "%H:%M").time()  # noqa: DTZ007


def reviewers(message):
    """Whose reviews the links of a message open."""
    return [attendee_of(token) for token in re.findall(r"/reviews/(\S+)/", message.text)]


def test_everybody_who_came_is_asked_once_by_the_link_to_their_own_review(time_machine):
    change_notices({"feedback_hours": 2}, by=None)
    session, alone = on(make.today() + timedelta(days=10))
    people = [{"name": "Ada", "email": "ada@example.com"}, {"name": "Bob"}, {"name": "Cy", "email": "cy@example.com"}]
    booking = make.confirmed_booking(session=session, seats=3, attendees=people)
    ada, bob, cy = booking.attendees.order_by("position")
    time_machine.move_to(session.ends_at + timedelta(minutes=5))
    do_due_work()
    marks = [Mark(attendee_id=ada.pk, status="late"), Mark(attendee_id=bob.pk, status="attended"),
             Mark(attendee_id=cy.pk, status="absent")]  # fmt: skip
    marks += [Mark(attendee_id=one.pk, status="absent") for one in alone.attendees.all()]
    mark_attendance(day=session.days.get(), marks=marks, by=None)
    time_machine.move_to(session.ends_at + timedelta(hours=2, minutes=5))
    for _turn in range(2):
        do_due_work()
        make.deliver_all()
    asked = Message.objects.get(kind="bookings/attending_feedback")
    assert asked.to == "ada@example.com"
    assert reviewers(asked) == [ada]
    to_buyer = Message.objects.get(kind="bookings/feedback", to=booking.buyer.email)
    assert reviewers(to_buyer) == [bob]  # Ada's is theirs, and they have it
    assert not Message.objects.filter(kind__endswith="feedback", to="cy@example.com").exists()


def test_who_was_absent_is_not_asked_how_it_was(time_machine):
    change_notices({"feedback_hours": 2}, by=None)
    session, _booking = on(make.today() + timedelta(days=10))
    booking = make.confirmed_booking(session=session, attendees=[{"name": "Ada"}])
    time_machine.move_to(session.ends_at + timedelta(minutes=5))
    do_due_work()
    mark_attendance(
        day=session.days.get(), marks=[Mark(attendee_id=booking.attendees.get().pk, status="absent")], by=None
    )
    time_machine.move_to(session.ends_at + timedelta(hours=2, minutes=5))
    do_due_work()
    assert told("feedback", booking) == 0


def test_a_course_may_have_times_of_its_own_and_goes_back_to_the_providers(time_machine):
    session, booking = on(make.today() + timedelta(days=40))
    other, elsewhere = on(make.today() + timedelta(days=40))
    make.deliver_all()
    assert change_course_notices(session.course, {"joining_days": 21}, by=None)
    assert not change_course_notices(session.course, {"joining_days": 21}, by=None)
    time_machine.move_to(days_before(session, 21) + timedelta(minutes=1))
    do_due_work()
    assert (told("joining", booking), told("joining", elsewhere)) == (1, 0)
    change_notices({"joining_days": 14}, by=None)  # of the provider: the other course has no own ones
    time_machine.move_to(days_before(session, 14) + timedelta(minutes=1))
    do_due_work()
    assert (told("joining", booking), told("joining", elsewhere)) == (1, 1)
    assert change_course_notices(session.course, None, by=None)
    time_machine.move_to(days_before(session, 2) + timedelta(minutes=1))
    do_due_work()
    assert (told("reminder", booking), told("reminder", elsewhere)) == (1, 1)  # which it had switched off
    assert other.course != session.course


def test_the_office_gives_a_course_its_times_on_a_page(office):
    course = make.course()
    url = f"/admin/courses/{course.pk}/messages/"
    assert office.get(url).context["form"]["joining_days"].value() == 7  # the provider's, to begin with
    assert office.post(url, {"own": "on", "joining_days": "0", "feedback_hours": "100"}).status_code == 422
    assert office.post(url, {"own": "on", "joining_days": "14", "feedback_hours": "24"}).status_code == 302
    own = course.notices
    assert (own.joining_days, own.reminder_days, own.feedback_hours) == (14, None, 24)
    sent = {"joining_days": "14", "feedback_hours": "24"}
    assert office.post(url, sent).status_code == 302
    assert not CourseNotices.objects.exists()


def test_nobody_is_reminded_of_a_date_that_may_still_be_moved_back(time_machine):
    time_machine.move_to(datetime(2030, 3, 1, 12, tzinfo=LONDON))
    session, booking = on(date(2030, 5, 20))
    time_machine.move_to(datetime(2030, 3, 11, 12, tzinfo=LONDON))
    soon = make.daily(date(2030, 3, 13), date(2030, 3, 13))
    do_due_work()
    update_session(session, days=soon, by=None)
    make.deliver_all()
    do_due_work()
    make.deliver_all()
    assert (told("moved", booking), told("joining", booking), told("reminder", booking)) == (0, 0, 0)
    for _look in range(4):
        time_machine.shift(timedelta(minutes=6))
        do_due_work()
        make.deliver_all()
    kinds = list(Message.objects.filter(to=booking.buyer.email).order_by("created_at").values_list("kind", flat=True))
    assert kinds.count("bookings/moved") == 1
    assert kinds.index("bookings/moved") < kinds.index("bookings/joining")
    assert told("reminder", booking) == 1
