"""Who goes elsewhere reads what they knew of the former date, and what the new one asks; nothing of the old stays."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from tenant_apps.bookings.transfers import transfer_booking
from tenant_apps.questions.services import ask
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.services import schedule_session, update_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def fresh(session):
    return Session.objects.select_related("course", "place", "room", "trainer").get(pk=session.pk)


def go_to(session, booking):
    transfer_booking(booking=booking, to=fresh(session), by=None, by_office=True)
    make.deliver_all()


def test_an_email_about_a_move_names_the_date_that_its_reader_knew(mails):
    session = make.session(in_days=40)
    other = make.session(course=session.course, in_days=60)
    booking = make.confirmed_booking(session=session)
    later = [(day.starts_at + timedelta(days=3), day.ends_at + timedelta(days=3)) for day in session.days.all()]
    update_session(fresh(session), days=later, by=None)
    go_to(other, booking)
    (mail,) = mails("bookings/transferred")
    assert f"{session.starts_at:%-d %b %Y}" in mail.text.split("From now on")[0]


def test_whoever_moves_away_from_a_date_that_lost_a_day_has_nothing_of_it_in_the_calendar(mails):
    first = make.today() + timedelta(days=40)
    session = schedule_session(course=make.course(), days=make.daily(first, first + timedelta(days=2)), by=None)
    other = make.session(course=session.course, in_days=60)
    booking = make.confirmed_booking(session=session)
    update_session(fresh(session), days=[(d.starts_at, d.ends_at) for d in session.days.all()][:2], by=None)
    go_to(other, booking)
    files = [Calendar.from_ical(file["content"]) for file in mails("bookings/transferred")[0].attachments]
    assert [str(one["method"]) for one in files] == ["REQUEST", "CANCEL", "CANCEL"]


def test_who_is_moved_to_a_course_that_asks_something_is_asked_it_at_once(mails):
    course = make.course()
    ask(course=course, by=None, text="Licence number?", kind="text", required=True, days_before=1)
    booking = make.confirmed_booking(session=make.session(in_days=30), attendees=[{"name": "Ada Byron"}])
    go_to(make.session(course=course, in_days=2), booking)
    (mail,) = mails("bookings/transferred")
    for body in (mail.text, mail.html):
        assert "answer is still missing" in " ".join(body.split())
