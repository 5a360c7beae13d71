"""An attendee keeps their row, and their name may be corrected until the session begins."""

from datetime import timedelta

import pytest
import time_machine

from tenant_apps.bookings.details import change_attendee, name_attendees, set_details
from tenant_apps.bookings.errors import BookingOver
from tenant_apps.bookings.transfers import change_seats
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def rows(booking):
    return {attendee.name: attendee.pk for attendee in booking.attendees.all()}


def test_who_is_still_named_keeps_their_row_wherever_they_sit():
    booking = make.confirmed_booking(seats=3, attendees=[{"name": name} for name in ("Ada Byron", "Bo Li", "Cy Fox")])
    was = rows(booking)
    name_attendees(booking, attendees=[{"name": name} for name in ("Cy Fox", "Ada Byron", "Di Roy")])
    assert rows(booking) == {"Cy Fox": was["Cy Fox"], "Ada Byron": was["Ada Byron"], "Di Roy": was["Bo Li"]}


def two_of_one_name():
    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Jo Smith"}, {"name": "Jo Smith"}])
    return booking, list(booking.attendees.values_list("pk", flat=True))


@pytest.mark.parametrize("road", ["names", "seats", "one of them"])
def test_two_of_one_name_are_told_apart_by_where_they_sit(road):
    booking, (first, second) = two_of_one_name()
    if road == "names":
        name_attendees(booking, attendees=[{"name": "Jo Smith", "seat": "2"}])
    elif road == "seats":
        change_seats(booking=booking, seats=1, by=None, by_office=True, leaving=[first])
    else:
        change_attendee(booking.attendees.get(pk=first), name="Ada Byron", by=None)
        assert rows(booking) == {"Ada Byron": first, "Jo Smith": second}
        return
    assert list(booking.attendees.values_list("pk", "position")) == [(second, 1)]


def test_whoever_is_called_like_another_one_from_now_on_takes_nothing_of_theirs():
    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Ada Byron"}, {"name": "Jo Smith"}])
    before = list(booking.attendees.values_list("pk", flat=True))
    name_attendees(booking, attendees=[{"name": "Jo Smith"}, {"name": "Jo Smith"}])
    assert list(booking.attendees.values_list("pk", flat=True)) == before


def test_a_name_is_corrected_in_its_row_until_the_session_begins():
    session = make.session(in_days=10)
    booking = make.confirmed_booking(session=session, attendees=[{"name": "Ada Biron"}])
    was = rows(booking)["Ada Biron"]
    with time_machine.travel(session.starts_at - timedelta(minutes=1)):
        set_details(booking, attendees=[{"name": "Ada Byron"}], by=None)
    assert rows(booking) == {"Ada Byron": was}
    with time_machine.travel(session.starts_at), pytest.raises(BookingOver):
        name_attendees(booking, attendees=[{"name": "Mallory"}])
    assert rows(booking) == {"Ada Byron": was}
