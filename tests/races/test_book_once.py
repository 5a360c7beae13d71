"""One request sent sixty times books once, and one person holds one booking of a session."""

from collections import Counter

import pytest
from django.db import connection

from shared_apps.sandbox.models import StripeObject
from shared_apps.tenants.context import public_context, tenant_context
from tenant_apps.bookings import services
from tenant_apps.bookings.errors import AlreadyBooked
from tenant_apps.bookings.models import Booking
from tenant_apps.payments.models import Order, Payment
from tests import make
from tests.support.crowd import Visitor, card_at, poster, take_cards, together, tokens_of_students

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.timeout(900)
def test_one_idempotency_key_sent_sixty_times_books_once(alpha, two_web_processes, repeats, finding):
    times = repeats(1, thorough=20)
    tokens = tokens_of_students(alpha, times)
    for n, token in enumerate(tokens):
        with tenant_context(alpha):
            session = make.session(capacity=100)
        url = f"{two_web_processes}/api/tenant/alpha/bookings"
        posts = [poster(url, token, **{"Idempotency-Key": "pressed-often"}) for _ in range(60)]

        answers = together(
            [lambda post=post, pk=session.pk: post({"sessionId": str(pk), "seats": 2}) for post in posts]
        )

        assert Counter(answer.status_code for answer in answers) == {201: 60}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
        with tenant_context(alpha):
            session.refresh_from_db()
            assert (Booking.objects.count(), Order.objects.count(), session.seats_taken) == (n + 1, n + 1, 2)
    finding(
        "One booking sent 60 times at once with one Idempotency-Key",
        times=times,
        must="1 booking, 1 order, all 60 answers the same id",
        found=f"1 of 60 made it, 59 were given the same answer, {times} of {times} times",
        control="without key, index and look, twenty at once are twenty bookings",
    )


def test_one_key_with_two_bodies_is_one_of_them_and_refuses_the_other(alpha, two_web_processes):
    with tenant_context(alpha):
        sessions = [make.session(capacity=100) for _ in range(2)]
    [token] = tokens_of_students(alpha, 1)
    url = f"{two_web_processes}/api/tenant/alpha/bookings"
    posts = [poster(url, token, **{"Idempotency-Key": "two-minds"}) for _ in range(40)]

    answers = together(
        [lambda post=post, n=n: post({"sessionId": str(sessions[n % 2].pk)}) for n, post in enumerate(posts)]
    )

    codes = [Counter(answer.status_code for answer in answers[half::2]) for half in (0, 1)]
    assert sorted(codes, key=str) == [{201: 20}, {409: 20}]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"idempotency_key_reused"}
    with tenant_context(alpha):
        assert (Booking.objects.count(), Order.objects.count()) == (1, 1)


def test_paying_begun_sixty_times_opens_one_page_and_one_card_is_charged_once(alpha, two_web_processes, settings):
    take_cards(alpha, two_web_processes, settings)
    with tenant_context(alpha):
        session = make.session()
    [token] = tokens_of_students(alpha, 1)
    api = f"{two_web_processes}/api/tenant/alpha"
    booked = poster(f"{api}/bookings", token)({"sessionId": str(session.pk)}).json()["id"]
    begin = [poster(f"{api}/payments/stripe/initiate", token, **{"Idempotency-Key": "k"}) for _ in range(30)]
    begin += [poster(f"{api}/payments/stripe/initiate", token) for _ in range(30)]

    answers = together([lambda post=post: post({"bookingId": booked, "purpose": "full"}) for post in begin])

    pages = {answer.json()["payUrl"] for answer in answers if answer.status_code == 201}
    assert len(pages) == 1
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert {answer.status_code for answer in together([card_at(*pages) for _ in range(8)])} <= {200, 302}
    with public_context():
        assert StripeObject.objects.filter(kind="charge").count() == 1
        # A page whose answer was lost may be open still; nobody was ever sent there.
        sessions = [row.data for row in StripeObject.objects.filter(kind="checkout.session")]
        assert pages.isdisjoint(session["url"] for session in sessions)  # a paid session has no address any more
        assert [session["payment_status"] for session in sessions].count("paid") == 1
    with tenant_context(alpha):
        assert Payment.objects.count() == 1


def test_the_control_books_as_often_as_it_is_asked(alpha, all_at_once, monkeypatch):
    """No key, nobody who looks, and a database that allows it: each that comes at one moment is a booking."""
    with tenant_context(alpha):
        session, person = make.session(capacity=100), make.person()
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX one_live_booking_per_session_and_buyer")
    monkeypatch.setattr(services, "refuse_twice", lambda booking: None)
    made = all_at_once([lambda: make.booking(session=session, buyer=person)] * 20)
    assert {type(one) for one in made} == {Booking}
    with tenant_context(alpha):
        assert Booking.objects.count() == 20


@pytest.mark.parametrize("taken_away", ["the index", "the look"])
def test_either_safeguard_alone_lets_one_person_book_a_session_once(alpha, all_at_once, monkeypatch, taken_away):
    with tenant_context(alpha):
        session, person = make.session(capacity=100), make.person()
        if taken_away == "the index":
            with connection.cursor() as cursor:
                cursor.execute("DROP INDEX one_live_booking_per_session_and_buyer")
    if taken_away == "the look":
        monkeypatch.setattr(services, "refuse_twice", lambda booking: None)
    made = all_at_once([lambda: make.booking(session=session, buyer=person)] * 20)
    assert Counter(map(type, made)) == {Booking: 1, AlreadyBooked: 19}


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
        assert (Booking.objects.count(), Order.objects.count(), session.seats_taken) == (1, 1, 1)


def test_a_form_sent_thirty_times_books_once(alpha, two_web_processes):
    with tenant_context(alpha):
        session = make.session(capacity=100)
    visitor = Visitor(f"{two_web_processes}/alpha/sessions/{session.pk}/book/", "impatient")

    answers = together([visitor.book for _ in range(30)])

    assert {answer.status_code for answer in answers} == {302}
    with tenant_context(alpha):
        session.refresh_from_db()
        assert (Booking.objects.count(), session.seats_taken) == (1, 1)
