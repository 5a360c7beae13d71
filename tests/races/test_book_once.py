"""One request sent sixty times books once, and one person holds one booking of a session."""

from collections import Counter

import pytest

from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Booking
from tenant_apps.payments.models import Order
from tests import make
from tests.races.crowd import Visitor, poster, together, tokens_of_students

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_idempotency_key_sent_sixty_times_books_once(alpha, two_web_processes):
    with tenant_context(alpha):
        session = make.session(capacity=100)
    [token] = tokens_of_students(alpha, 1)
    url = f"{two_web_processes}/api/tenant/alpha/bookings"
    posts = [poster(url, token, **{"Idempotency-Key": "pressed-often"}) for _ in range(60)]

    answers = together([lambda post=post: post({"sessionId": str(session.pk), "seats": 2}) for post in posts])

    assert Counter(answer.status_code for answer in answers) == {201: 60}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    with tenant_context(alpha):
        session.refresh_from_db()
        assert (Booking.objects.count(), Order.objects.count(), session.booked_spots) == (1, 1, 2)


def test_without_a_key_one_person_still_gets_one_booking_of_a_session(alpha, two_web_processes):
    with tenant_context(alpha):
        session = make.session(capacity=100)
    [token] = tokens_of_students(alpha, 1)
    url = f"{two_web_processes}/api/tenant/alpha/bookings"
    posts = [poster(url, token) for _ in range(40)]

    answers = together([lambda post=post: post({"sessionId": str(session.pk)}) for post in posts])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 39}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already_booked"}
    with tenant_context(alpha):
        session.refresh_from_db()
        assert (Booking.objects.count(), Order.objects.count(), session.booked_spots) == (1, 1, 1)


def test_a_form_sent_thirty_times_books_once(alpha, two_web_processes):
    with tenant_context(alpha):
        session = make.session(capacity=100)
    visitor = Visitor(f"{two_web_processes}/alpha/sessions/{session.pk}/book/", "impatient")

    answers = together([visitor.book for _ in range(30)])

    assert {answer.status_code for answer in answers} == {302}
    with tenant_context(alpha):
        session.refresh_from_db()
        assert (Booking.objects.count(), session.booked_spots) == (1, 1)
