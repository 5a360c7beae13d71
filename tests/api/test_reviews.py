"""Reviews as a program sees them."""

import pytest

from tenant_apps.reviews.models import Review
from tenant_apps.reviews.services import hide_review, write_review
from tests import make
from tests.reviews.conftest import over

pytestmark = pytest.mark.django_db


@pytest.fixture
def came(tenant):
    """A student with an account, and the seat that they had."""
    user, person = make.student_user()
    attendee = over(trainer=make.trainer())
    attendee.person = person
    attendee.save()
    return user, attendee


def test_everybody_reads_what_is_shown_and_nothing_more_of_who_said_it(tenant, api):
    course = make.course()
    write_review(attendee=over(course=course), rating=4, text="Good", by=None)
    hide_review(write_review(attendee=over(course=course), rating=1, text="Bad", by=None), reason="x", by=None)
    [row] = api(tenant).get(f"/courses/{course.pk}/reviews").json()["results"]
    assert (row["rating"], row["text"], row["name"]) == (4, "Good", "Grace H.")
    assert row.keys() == {
        "id", "courseId", "trainerId", "name", "rating", "text", "trainerRating", "trainerText", "createdAt",
        "changedAt", "answer", "answeredAt",
    }  # fmt: skip


def test_who_came_reviews_their_booking_and_says_it_otherwise(tenant, api, came):
    user, attendee = came
    path = f"/bookings/{attendee.booking_id}/review"
    first = api(tenant, user).post(path, {"rating": 5, "text": "Clear", "trainerRating": 4})
    assert (first.status_code, first.json()["trainerRating"]) == (201, 4)
    again = api(tenant, user).post(path, {"rating": 3})
    assert (again.status_code, again.json()["id"], again.json()["rating"]) == (200, first.json()["id"], 3)
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"rating": 0}, {"rating": 6}, {"rating": "5"}, {"rating": 5, "text": "x" * 2001}, {"rating": 5, "stars": 5}],
)
def test_what_is_not_described_is_refused(tenant, api, came, body):
    user, attendee = came
    assert api(tenant, user).post(f"/bookings/{attendee.booking_id}/review", body).status_code == 400


def test_strangers_and_those_without_a_seat_write_nothing(tenant, api, came):
    _user, attendee = came
    path = f"/bookings/{attendee.booking_id}/review"
    assert api(tenant).post(path, {"rating": 1}).status_code == 401
    assert api(tenant, make.student_user()[0]).post(path, {"rating": 1}).status_code == 404
    assert api(tenant, make.user("owner")).post(path, {"rating": 1}).status_code == 409
    buyer, person = make.student_user()
    attendee.booking.buyer = person
    attendee.booking.save()
    answer = api(tenant, buyer).post(path, {"rating": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_an_attendee")
    assert not Review.objects.exists()


def test_before_it_is_over_the_answer_is_a_conflict(tenant, api):
    user, person = make.student_user()
    booking = make.confirmed_booking(buyer=person, attendees=[{"name": person.name, "email": person.email}])
    answer = api(tenant, user).post(f"/bookings/{booking.pk}/review", {"rating": 5})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_over_yet")
