"""Those booked hear once of what was added and they can see, and each email says where everything is."""

import re
from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.materials.models import News
from tenant_apps.materials.news import PATIENCE, QUIET
from tenant_apps.materials.services import remove_material
from tenant_apps.messaging.models import Message
from tests import make
from tests.materials.conftest import booked, handout, link
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]

OWN, SEAT = re.compile(r"/bookings/[^/\s]+/#materials"), re.compile(r"/materials/([^/\s]+)/\s")
LATER = QUIET + timedelta(minutes=1)


def told() -> list[Message]:
    return list(Message.objects.filter(kind__startswith="materials/").order_by("to"))


def hear(*, after=LATER) -> None:
    do_what_is_due(after=after)
    make.deliver_all()


def test_whoever_booked_and_each_attendee_is_told_of_several_files_in_one_email():
    booking = booked()
    handout(booking.session, title="First")
    link(booking.session.course, title="Second")
    hear(after=timedelta(minutes=1))
    assert told() == []  # another one may follow
    hear()
    attendee, buyer = told()
    assert (attendee.to, buyer.to) == ("grace@example.com", booking.buyer.email)
    for message in (attendee, buyer):
        assert "First" in message.text
        assert "Second (example.org)" in message.text
    assert OWN.search(buyer.text)
    assert SEAT.search(attendee.text)
    assert "/bookings/" not in attendee.text + attendee.html  # whoever has that link may cancel
    hear(after=timedelta(hours=2))
    assert len(told()) == 2


def test_who_adds_more_and_more_puts_it_off_for_a_while_only():
    booking, begins = booked(), now()
    for minutes in range(0, 60, 6):
        with time_machine.travel(begins + timedelta(minutes=minutes), tick=False):
            handout(booking.session)
            if minutes < 36:
                assert News.objects.get().tell_at <= begins + PATIENCE
                assert News.objects.get().tell_at > now()


def test_what_is_not_seen_yet_is_announced_to_nobody():
    booking = booked()
    handout(booking.session, opens="ended")
    handout(booking.session, audience="trainer")
    hear()
    assert told() == []


def test_who_booked_after_it_was_added_knows_of_it():
    session = booked().session
    handout(session)
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        late = booked(session, attendees=[])
    hear()
    assert late.buyer.email not in {message.to for message in told()}
    assert len(told()) == 2


def test_what_was_removed_again_or_cancelled_meanwhile_is_not_told():
    booking, other = booked(), booked()
    remove_material(handout(booking.session), by=None)
    handout(other.session)
    cancel_booking(other, by=None)
    hear()
    assert told() == []


def test_a_session_that_is_put_on_another_date_meanwhile_is_told_as_well():
    booking = booked()
    handout(booking.session)
    begins = booking.session.starts_at + timedelta(days=7)
    reschedule_session(booking.session, days=[(begins, begins + timedelta(hours=7))], by=make.user("admin"))
    hear()
    assert len(told()) == 2


def test_of_a_course_only_those_hear_whose_date_is_not_over():
    with time_machine.travel(now() - timedelta(days=40), tick=False):
        over = booked(make.session(in_days=20), attendees=[])
    ahead = booked(make.session(course=over.session.course), attendees=[])
    handout(over.session.course)
    hear()
    assert [message.to for message in told()] == [ahead.buyer.email]


def test_a_recording_that_is_added_when_it_is_over_is_told():
    with time_machine.travel(now() - timedelta(days=40), tick=False):
        over = booked(make.session(in_days=20), attendees=[])
    link(over.session, kind="recording", opens="ended")
    hear()
    assert [message.to for message in told()] == [over.buyer.email]


def test_an_email_about_a_booking_says_where_the_materials_are(tenant, client_of):
    session = make.session()
    handout(session, opens="ended")
    booking = booked(session)
    confirmed = Message.objects.get(kind="bookings/confirmed")
    attending = Message.objects.get(kind="bookings/attending")
    assert OWN.search(confirmed.text)
    link = SEAT.search(attending.text)
    assert "/bookings/" not in attending.text
    assert client_of(tenant).get(f"/materials/{link[1]}/").status_code == 200
    assert booking.attendees.count() == 1


def test_without_materials_no_email_speaks_of_them():
    booked()
    assert not any("materials" in message.text.lower() for message in Message.objects.all())
