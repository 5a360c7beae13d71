"""Sums in bodies of the API: refused at their field when nobody could pay them, never an error 500."""

import pytest

from shared_apps.tenants.services import change_tenant
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.mark.parametrize(("currency", "price"), [("JPY", 1000.5), ("GBP", 0.2), ("GBP", -1), ("GBP", 100000000)])
def test_a_price_that_nobody_can_pay_is_refused(api, alpha, currency, price):
    change_tenant(tenant=alpha, by=None, currency=currency)
    office, course = api(alpha, make.user("admin")), make.course()
    changed = office.patch(f"/courses/{course.pk}", {"price": price})
    assert (changed.status_code, {e["field"] for e in changed.json()["errors"]}) == (400, {"price"})
    day = make.today().replace(year=make.today().year + 1).isoformat()
    new = {"startDate": day, "startTime": "09:00", "endTime": "17:00", "availableSpots": 5, "price": price}
    answer = office.post(f"/courses/{course.pk}/sessions", new)
    assert (answer.status_code, {e["field"] for e in answer.json()["errors"]}) == (400, {"price"})


def test_seats_that_come_to_more_than_an_order_can_hold_are_refused(api, alpha):
    session, buyer = make.session(course=make.course(price="99999999"), capacity=1000), make.person()
    office = api(alpha, make.user("admin"))
    answer = office.post(
        "/bookings", {"customerId": str(buyer.pk), "sessionId": str(session.pk), "seats": 500}, key=make.key()
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "total_too_high")


def test_a_refund_has_no_more_decimals_than_the_currency(api, alpha):
    change_tenant(tenant=alpha, by=None, currency="JPY")
    booking = make.confirmed_booking(session=make.session(price=1000))
    answer = api(alpha, make.user("admin")).post(
        f"/bookings/{booking.pk}/cancel", {"reason": "Ill", "refund": 500.5}, key=make.key()
    )
    assert (answer.status_code, {e["field"] for e in answer.json()["errors"]}) == (400, {"refund"})


def test_nobody_makes_us_ask_the_card_provider_without_end(api, alpha, settings):
    user, person = make.student_user()
    payment = make.pay(make.booking(buyer=person))
    mine, path = api(alpha, user), f"/payments/status?ref={payment.pk}"
    answers = [mine.get(path) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
