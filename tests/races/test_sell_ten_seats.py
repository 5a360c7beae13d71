"""Two hundred people want ten seats at one moment: on the site, by the API and on the phone. Ten get one, and pay."""

import time
from collections import Counter
from contextlib import closing
from decimal import Decimal
from itertools import cycle
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from shared_apps.accounts import tokens
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Booking
from tenant_apps.payments.models import Payment, PaymentStatus
from tenant_apps.scheduling.models import Session
from tests import make
from tests.races.naive_seats import allow_overselling
from tests.support.crowd import (
    Visitor,
    browser,
    pay_by_card,
    poster,
    send_form,
    take_cards,
    together,
    tokens_of_students,
    within,
)
from tests.support.web import Web

pytestmark = pytest.mark.django_db(transaction=True)
SEATS, BY_API, BY_FORM, BY_PHONE = 10, 90, 90, 20


class Crowd:
    """Everybody who wants a seat, known to the site already; each presses once a round."""

    def __init__(self, alpha, address, client_of, *, by_api, by_form, by_phone):
        self.alpha, self.address, self.by_form = alpha, address, by_form
        self.students = tokens_of_students(alpha, by_api)
        with tenant_context(alpha):
            admin = make.user("admin")
            self.admin_token = tokens.issue(admin)["access_token"]
            self.callers = [str(make.person().pk) for _ in range(by_phone)]
        self.desk = browser(**{"sessionid-alpha": client_of(alpha).sign_in(admin).cookies["sessionid-alpha"].value})
        self.manual = cycle(["cash", "bank_transfer"])

    def rush(self, session):
        """All at once; each answer with the seconds it took."""
        url, wish = f"{self.address}/api/tenant/alpha/bookings", {"sessionId": str(session.pk)}
        page = f"{self.address}/alpha/sessions/{session.pk}/book/"
        visitors = [Visitor(page, f"visitor{n}") for n in range(self.by_form)]
        by_api = [poster(url, token) for token in self.students]
        by_phone = [poster(url, self.admin_token) for _ in self.callers]
        calls = [lambda post=post: post(wish) for post in by_api]
        calls += [
            lambda post=post, who=who: post({**wish, "customerId": who})
            for post, who in zip(by_phone, self.callers, strict=True)
        ]
        calls += [visitor.book for visitor in visitors]
        answers = together([lambda call=call: timed(call) for call in calls])
        many = len(by_api)
        self.won_by_api = [
            (answer.json()["id"], token)
            for (answer, _), token in zip(answers, self.students, strict=False)
            if answer.status_code == 201
        ]
        self.won_by_phone = [
            answer.json()["id"] for answer, _ in answers[many : many + len(by_phone)] if answer.status_code == 201
        ]
        self.won_by_form = [
            (visitor, answer.headers["Location"])
            for visitor, (answer, _) in zip(visitors, answers[many + len(by_phone) :], strict=True)
            if answer.status_code == 302
        ]
        return answers

    def pay(self):
        """Whoever has a seat pays: by card, or at the desk when they rang."""
        for booking, token in self.won_by_api:
            begin = poster(f"{self.address}/api/tenant/alpha/payments/stripe/initiate", token)
            begun = begin({"bookingId": booking, "purpose": "full"})
            assert begun.status_code == 201, begun.text
            self._come_back(pay_by_card(begun.json()["payUrl"]))
        for visitor, check in self.won_by_form:
            page = f"{self.address}{urlsplit(check).path}"
            away = send_form(visitor.http, page, to=page.replace("/check/", "/pay/"), purpose="full")
            assert away.status_code == 303, away.text
            self._come_back(pay_by_card(away.headers["Location"]))
        for booking in self.won_by_phone:
            page = f"{self.address}/alpha/admin/bookings/{booking}/payment/"
            form = {"amount": "120.00", "due": "120.00", "provider": next(self.manual), "reference": "R-1"}
            paid = send_form(self.desk, page, **form)
            assert paid.status_code == 302, paid.text

    def _come_back(self, url):
        with browser() as http:
            assert http.get(url, timeout=60).status_code == 200


def timed(call):
    began = time.monotonic()
    return call(), time.monotonic() - began


def seats_in_sql(session):
    """Capacity, seats taken as the session says, and as its bookings do, confirmed ones and all."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.capacity, s.booked_spots, s.confirmed_spots,
                   coalesce(sum(b.seats) FILTER (WHERE b.status IN ('pending', 'confirmed')), 0),
                   coalesce(sum(b.seats) FILTER (WHERE b.status = 'confirmed'), 0)
            FROM scheduling_session s LEFT JOIN bookings_booking b ON b.session_id = s.id
            WHERE s.id = %s GROUP BY s.id
            """,
            [session.pk],
        )
        return cursor.fetchone()


@pytest.fixture
def all_from_one_network(request, monkeypatch):
    """A thorough run pays two hundred times from here, and a network makes us ask Stripe twenty times a minute."""
    if request.config.getoption("thorough"):
        monkeypatch.setenv("RATE_LIMITS", "0")


@pytest.mark.timeout(1800)
def test_of_two_hundred_buyers_ten_get_a_seat_and_the_rest_are_told_so(
    alpha, all_from_one_network, two_web_processes, settings, client_of, repeats, finding
):
    times, share = repeats(1, thorough=20), repeats(4, thorough=1)
    take_cards(alpha, two_web_processes, settings)
    crowd = Crowd(
        alpha,
        two_web_processes,
        client_of,
        by_api=BY_API // share,
        by_form=BY_FORM // share,
        by_phone=BY_PHONE // share,
    )
    buyers = BY_API // share + BY_FORM // share + BY_PHONE // share
    took, winners = [], Counter()
    for _ in range(times):
        with tenant_context(alpha):
            session = make.session(capacity=SEATS)
        answers = crowd.rush(session)
        took += [seconds for _, seconds in answers]
        assert Counter(answer.status_code in (201, 302) for answer, _ in answers) == {
            True: SEATS,
            False: buyers - SEATS,
        }
        assert {answer.status_code for answer, _ in answers} <= {201, 302, 409}
        crowd.pay()
        with tenant_context(alpha):
            assert seats_in_sql(session) == (SEATS,) * 5
            bookings = Booking.objects.filter(session=session)
            assert {booking.order.held for booking in bookings.select_related("order")} == {Decimal(120)}
            assert bookings.count() == SEATS
        winners += Counter(api=len(crowd.won_by_api), form=len(crowd.won_by_form), phone=len(crowd.won_by_phone))
    with tenant_context(alpha):
        assert Payment.objects.filter(status=PaymentStatus.COMPLETED).count() == times * SEATS
        assert not Payment.objects.exclude(status=PaymentStatus.COMPLETED).exists()
    finding(
        f"{buyers} buyers for {SEATS} seats, by API, form and phone",
        times=times,
        must=f"{SEATS} sold and paid, {buyers - SEATS} refused with 409, booked_spots right",
        found=f"{SEATS} sold in {times} of {times} (won by API {winners['api']}, form {winners['form']}, phone "
        f"{winners['phone']}); 95% answered within {within(0.95, took):.1f} s, all pressing at one moment",
        control="counting first and writing afterwards sells more than there are",
    )


def test_the_control_sells_one_seat_to_many(alpha, transactional_db, tmp_path):
    """The same rush at a site that counts first, once the database looks away."""
    with tenant_context(alpha):
        session = make.session(capacity=SEATS)
        allow_overselling()
    students = tokens_of_students(alpha, 40)
    with closing(Web(tmp_path, settings.PORT + 4, wsgi="tests.races.naive")) as web:
        posts = [poster(f"{web.address}/api/tenant/alpha/bookings", token) for token in students]
        answers = together([lambda post=post: post({"sessionId": str(session.pk)}) for post in posts])
    sold = sum(answer.status_code == 201 for answer in answers)
    assert sold > SEATS
    with tenant_context(alpha):
        assert Session.objects.get(pk=session.pk).bookings.live().count() == sold
