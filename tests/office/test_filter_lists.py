"""A list that is asked for what it does not know says so, and never shows everything instead."""

import pytest

from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "asked",
    [
        "courses/?status=zzz", "courses/?category=zzz", "courses/?sort=zzz", "sessions/?when=never",
        "sessions/?status=zzz", "sessions/?trainer=7", "sessions/?from=yesterday", "sessions/?to=2027-13-01",
        "sessions/export.csv?status=zzz", "bookings/?status=zzz", "bookings/?money=lots", "bookings/?course=x",
        "bookings/?sort=--who", "bookings/export.csv?status=zzz", "students/?status=zzz",
        "students/export.csv?status=zzz", "messages/?status=zzz", "activity/?kind=zzz", "trainers/?sort=zzz",
    ],
)  # fmt: skip
def test_an_unknown_filter_is_named_and_can_be_taken_away(office, asked):
    make.course()
    answer = office.get(f"/admin/{asked}&q=anna")
    assert answer.status_code == 400
    page = answer.content.decode()
    name, value = asked.partition("?")[2].split("=")
    assert f"{name} “{value}”" in page
    assert "?q=anna" in page
    assert office.get(f"/admin/{asked.partition('?')[0]}?q=anna").status_code == 200


def test_known_filters_are_let_through(office):
    booking = make.booking()
    for asked in (
        "courses/?status=published&category=gas&sort=-price", f"sessions/?when=all&course={booking.session.course_id}",
        "sessions/?from=2027-01-01&to=2028-01-01&status=scheduled", "bookings/?status=pending&money=due&sort=-booked",
        "students/?status=active&sort=name", "messages/?status=sent", "trainers/?sort=-years", "courses/?status=&sort=",
    ):  # fmt: skip
        assert office.get(f"/admin/{asked}").status_code == 200


def test_the_states_of_a_list_count_what_the_other_filters_leave(office):
    booking, _other = make.confirmed_booking(), make.confirmed_booking()
    make.booking(session=booking.session)
    answer = office.get(f"/admin/bookings/?course={booking.session.course_id}&status=pending")
    counts = {value: count for value, _title, count in answer.context["states"]}
    assert (counts["confirmed"], counts["pending"]) == (1, 1)
    named = office.get(f"/admin/bookings/?q={booking.reference}").context["states"]
    assert sum(count for *_state, count in named) == 1
