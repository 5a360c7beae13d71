"""An attendee keeps their row, and their name may be corrected until the session begins."""

from datetime import timedelta

import pytest
import time_machine

from tenant_apps.bookings.details import name_attendees, set_details
from tenant_apps.bookings.errors import BookingOver
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def rows(booking):
    return {attendee.name: attendee.pk for attendee in booking.attendees.all()}


def test_who_is_still_named_keeps_their_row_wherever_they_sit():
    booking = make.confirmed_booking(seats=3, attendees=[{"name": name} for name in ("Ada Byron", "Bo Li", "Cy Fox")])
    was = rows(booking)
    name_attendees(booking, names=["Cy Fox", "Ada Byron", "Di Roy"])
    assert rows(booking) == {"Cy Fox": was["Cy Fox"], "Ada Byron": was["Ada Byron"], "Di Roy": was["Bo Li"]}


def test_a_name_is_corrected_in_its_row_until_the_session_begins():
    session = make.session(in_days=10)
    booking = make.confirmed_booking(session=session, attendees=[{"name": "Ada Biron"}])
    was = rows(booking)["Ada Biron"]
    with time_machine.travel(session.starts_at - timedelta(minutes=1)):
        set_details(booking, attendees=[{"name": "Ada Byron"}], by=None)
    assert rows(booking) == {"Ada Byron": was}
    with time_machine.travel(session.starts_at), pytest.raises(BookingOver):
        name_attendees(booking, names=["Mallory"])
    assert rows(booking) == {"Ada Byron": was}
