"""Fifty people want the last seat at the same moment, at two web processes. One gets it."""

from collections import Counter
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.db.models import F

from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings import services
from tenant_apps.payments.models import Payment
from tenant_apps.scheduling.errors import SessionFull
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.models import BookingTerms
from tests import make
from tests.support.crowd import Visitor, poster, together, tokens_of_students

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 50


@pytest.fixture
def session(alpha):
    """Three seats, two of them taken."""
    with tenant_context(alpha):
        session = make.session(capacity=3)
        make.booking(session=session, seats=2)
        return session


def assert_sold_out_and_not_oversold(alpha, session):
    with tenant_context(alpha):
        session.refresh_from_db()
        assert session.seats_taken == session.capacity == 3
        assert sum(session.bookings.live().values_list("seats", flat=True)) == 3
        assert session.bookings.count() == 2
        assert not Payment.objects.exists()


def test_fifty_buyers_race_for_the_last_seat_through_the_api(alpha, session, two_web_processes):
    url = f"{two_web_processes}/api/tenant/alpha/bookings"
    posts = [poster(url, token) for token in tokens_of_students(alpha, BUYERS)]

    answers = together([lambda post=post: post({"sessionId": str(session.pk)}) for post in posts])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: BUYERS - 1}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"session_full"}
    assert_sold_out_and_not_oversold(alpha, session)


def test_fifty_visitors_race_for_the_last_seat_through_the_form(alpha, session, two_web_processes):
    url = f"{two_web_processes}/alpha/sessions/{session.pk}/book/"
    visitors = [Visitor(url, f"visitor{n}") for n in range(BUYERS)]

    answers = together([visitor.book for visitor in visitors])

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: BUYERS - 1}
    [won] = [answer for answer in answers if answer.status_code == 302]
    assert won.headers["Location"].endswith("/check/")
    assert_sold_out_and_not_oversold(alpha, session)


def test_buyers_who_want_different_numbers_of_seats_never_get_more_than_there_are(alpha, two_web_processes):
    with tenant_context(alpha):
        session = make.session(capacity=20)
    url = f"{two_web_processes}/api/tenant/alpha/bookings"
    students = tokens_of_students(alpha, 30)
    posts = [poster(url, token, address=f"127.0.1.{n}") for n, token in enumerate(students, 1)]

    answers = together(
        [
            lambda post=post, n=n: post({"sessionId": str(session.pk), "seats": n % 4 + 1})
            for n, post in enumerate(posts)
        ]
    )

    assert {answer.status_code for answer in answers} == {201, 409}
    with tenant_context(alpha):
        session.refresh_from_db()
        sold = sum(answer.json()["seats"] for answer in answers if answer.status_code == 201)
        assert session.seats_taken == sold == sum(session.bookings.live().values_list("seats", flat=True))
        assert 17 <= sold <= 20  # whoever was refused wanted more than was left


def everybody_books(alpha, all_at_once, session):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        buyers = [make.person() for _ in range(8)]
    return all_at_once([lambda buyer=buyer: make.booking(session=session, buyer=buyer) for buyer in buyers])


def test_the_control_oversells(alpha, all_at_once, monkeypatch):
    """Who counts first and writes afterwards sells one seat many times, once the database looks away."""
    everybody_has_counted = Barrier(8)

    def naive(claim, *, by_office=False):
        row = Session.objects.get(pk=session.pk)
        everybody_has_counted.wait(20)
        if row.seats_left < claim.seats:
            raise SessionFull
        Session.objects.filter(pk=session.pk).update(seats_taken=row.seats_taken + claim.seats)

    monkeypatch.setattr(services, "take_seats", naive)
    with tenant_context(alpha):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE scheduling_session DROP CONSTRAINT session_is_never_oversold")
        session = make.session(capacity=1)

    made = everybody_books(alpha, all_at_once, session)

    assert [answer for answer in made if isinstance(answer, Exception)] == []
    with tenant_context(alpha):
        assert session.bookings.live().count() == 8 > session.capacity


def test_the_database_itself_refuses_a_seat_that_is_not_there(alpha, all_at_once, monkeypatch):
    """Even a service that checks nothing sells no more than there is."""

    def careless(claim, *, by_office=False):
        Session.objects.filter(pk=claim.session_id).update(seats_taken=F("seats_taken") + claim.seats)

    monkeypatch.setattr(services, "take_seats", careless)
    with tenant_context(alpha):
        session = make.session(capacity=1)

    made = everybody_books(alpha, all_at_once, session)

    assert sum(isinstance(answer, IntegrityError) for answer in made) == 7
    with tenant_context(alpha):
        assert session.bookings.live().count() == 1
