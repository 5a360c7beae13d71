import json
from functools import partial

import pytest

from shared_apps.accounts import tokens
from shared_apps.events.models import AnsweredRequest
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.accounts import ensure_account
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.timers.retention import tidy
from tenant_apps.bookings.models import Booking
from tests import make
from tests.support.accounts import pay_with
from tests.support.crowd import poster, together

pytestmark = pytest.mark.django_db
ONE_KEY = {"Idempotency-Key": "one-key"}


@pytest.fixture
def student(tenant):
    return make.student_user()[0]


def body_of(session, **more):
    return {"sessionId": str(session.pk), **more}


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(tenant, api, student, happened):
    caller, session = api(tenant, student), make.session()
    first = caller.post("/bookings", body_of(session), key="k1")
    again = caller.post("/bookings", body_of(session), key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    session.refresh_from_db()
    assert session.seats_taken == 1
    assert happened().count("booking.held") == 1


def test_it_is_the_same_request_under_the_slug_and_on_the_host(tenant, api, student):
    session = make.session()
    first = api(tenant, student).post("/bookings", body_of(session), key="k1")
    again = api(tenant, student, on_host=True).post("/bookings", body_of(session), key="k1")
    assert again.json() == first.json()


def test_a_key_belongs_to_one_request(tenant, api, student):
    caller, session, other = api(tenant, student), make.session(), make.session()
    booking = caller.post("/bookings", body_of(session), key="k1").json()
    for path, body in (("/bookings", body_of(other)), (f"/bookings/{booking['id']}/cancel", body_of(session))):
        answer = caller.post(path, body, key="k1")
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert Booking.objects.count() == 1


def test_a_key_belongs_to_one_person(tenant, api, student):
    session, other = make.session(), make.student_user()[0]
    api(tenant, student).post("/bookings", body_of(session), key="k1")
    answer = api(tenant, other).post("/bookings", body_of(session), key="k1")
    assert answer.status_code == 201
    assert Booking.objects.count() == 2


def test_a_refusal_gives_its_key_back(tenant, api, student):
    caller, session = api(tenant, student), make.session(capacity=1)
    rival = make.booking(session=session)
    assert caller.post("/bookings", body_of(session), key="k1").status_code == 409
    assert caller.post("/bookings", {"sessionId": "x"}, key="k1").status_code == 400
    assert not AnsweredRequest.objects.exists()

    make.run_out(rival)
    assert caller.post("/bookings", body_of(session), key="k1").status_code == 201


def test_a_cancellation_sent_twice_refunds_once(tenant, api, student):
    person = student.person
    booking = make.confirmed_booking(buyer=person)
    caller = api(tenant, student)
    answers = [caller.post(f"/bookings/{booking.pk}/cancel", {"reason": "ill"}, key="c1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert booking.order.payments.get().refunds.count() == 1
    assert caller.post(f"/bookings/{booking.pk}/cancel", {"reason": "ill"}).json()["code"] == "not_cancellable"


def test_keys_that_are_no_keys(tenant, api, student):
    caller, session = api(tenant, student), make.session()
    assert caller.post("/bookings", body_of(session), key="k" * 256).status_code == 400
    assert caller.post("/bookings", body_of(session), key="  ").status_code == 400
    assert caller.post("/bookings", body_of(session)).status_code == 201
    assert not AnsweredRequest.objects.exists()


def test_old_answers_are_forgotten(tenant, api, student):
    from datetime import timedelta

    from shared_apps.core.time import now

    api(tenant, student).post("/bookings", body_of(make.session()), key="k1")
    tidy()
    assert AnsweredRequest.objects.count() == 1
    AnsweredRequest.objects.update(created_at=now() - timedelta(days=8))
    tidy()
    assert not AnsweredRequest.objects.exists()


def say_the_same(answers):
    """All made it, all were told the same, and all but one are marked as told again."""
    assert {answer.status_code for answer in answers} == {201}
    assert len({json.dumps(answer.json(), sort_keys=True) for answer in answers}) == 1
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers].count(None) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_book_once_and_all_hear_so(two_web_processes, alpha):
    with tenant_context(alpha):
        user, _ = make.student_user()
        token, session = tokens.issue(user)["access_token"], make.session(capacity=20)
    url = f"{two_web_processes}/api/tenant/alpha/bookings"
    body = {"sessionId": str(session.pk)}
    say_the_same(together([partial(poster(url, token, **ONE_KEY), body) for _ in range(20)]))
    with tenant_context(alpha):
        session.refresh_from_db()
        assert (session.seats_taken, Booking.objects.count()) == (1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_a_key_twenty_at_once_are_refused_but_for_one(two_web_processes, alpha):
    """The control: it is the key that makes the answers alike."""
    with tenant_context(alpha):
        user, _ = make.student_user()
        token, session = tokens.issue(user)["access_token"], make.session(capacity=20)
    url = f"{two_web_processes}/api/tenant/alpha/bookings"
    body = {"sessionId": str(session.pk)}
    answers = together([partial(poster(url, token), body) for _ in range(20)])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_begin_one_payment(two_web_processes, alpha):
    """Here the provider is asked, so no transaction can hold the key."""
    ensure_account(account_id="acct_alpha", name="Alpha Training", country="GB", currency="gbp")
    pay_with(alpha, "acct_alpha")
    with tenant_context(alpha):
        user, person = make.student_user()
        token, booking = tokens.issue(user)["access_token"], make.booking(buyer=person)
    url = f"{two_web_processes}/api/tenant/alpha/payments/stripe/initiate"
    body = {"bookingId": str(booking.pk), "purpose": "full"}
    say_the_same(together([partial(poster(url, token, **ONE_KEY), body) for _ in range(8)]))
    with tenant_context(alpha):
        assert booking.order.payments.count() == 1
    with public_context():
        assert StripeObject.objects.filter(kind="checkout.session").count() == 1
