"""An integration's day, against the platform as it runs for real: two web processes, one Stripe, real webhooks.

Nothing of the platform is imported for the calls: a program has only HTTP. What a worker would do
in the background is done here when the story says that a moment passed.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import requests

from shared_apps.sandbox.stripe_api.accounts import ensure_account
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.timers.due import do_due_work
from tests import make
from tests.sandbox.conftest import Payer
from tests.support.accounts import pay_with
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow
SESSION = {
    "startDate": "2027-01-15",
    "endDate": "2027-01-17",
    "startTime": "09:00",
    "endTime": "17:00",
    "availableSpots": 12,
    "instructorNotes": "Bring safety equipment",
}


class Program:
    """Calls to one provider's API; every call says what it expects."""

    def __init__(self, base: str, host: str) -> None:
        self.base, self.headers = base, {"Host": host}

    def __call__(self, method: str, path: str, body: Any = None, *, expect: int = 200, key: str = "") -> Any:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        answer = requests.request(method, self.base + path, json=body, headers=headers, timeout=30)
        assert answer.status_code == expect, (method, path, answer.status_code, answer.text[:1000])
        kind = answer.headers.get("content-type", "")
        assert kind.startswith("application/problem+json" if expect >= 400 else "application/json"), kind
        return answer.json()

    def sign_in(self, user: Any) -> "Program":
        self.headers.pop("Authorization", None)
        tokens = self("POST", "/auth/login", {"email": user.email, "password": make.PASSWORD})
        assert set(tokens) == {"accessToken", "refreshToken", "expiresIn"}
        self.headers["Authorization"] = f"Bearer {tokens['accessToken']}"
        return self


@pytest.fixture
def a_moment_passes(alpha: Any, two_web_processes: str, settings: Any) -> Callable[[], None]:
    """Stripe's webhooks reach one of the two processes; a worker does what is due."""
    settings.SANDBOX_WEBHOOK_URL = f"{two_web_processes}/api/payments/webhooks/stripe"

    def pass_() -> None:
        with public_context():
            all_webhooks_arrive()
        with tenant_context(alpha):
            do_due_work()

    return pass_


def all_webhooks_arrive() -> None:
    """Those too that the stand-in's own process has in its hands just now."""
    from shared_apps.sandbox.models import WebhookDelivery
    from shared_apps.sandbox.stripe_api.webhooks import deliver_webhooks

    def delivered() -> bool:
        deliver_webhooks()
        return not WebhookDelivery.objects.filter(status=WebhookDelivery.Status.WAITING).exists()

    wait_until(delivered, "the webhooks", seconds=20)


@pytest.fixture
def connected(alpha: Any, site: str, two_web_processes: str) -> Any:
    """Alpha takes cards. `site` is where the worker of this process calls the stand-in."""
    with public_context():
        pay_with(alpha, ensure_account(account_id="acct_alpha", name=alpha.name, country="GB", currency="gbp"))
    return alpha


@pytest.fixture
def program(two_web_processes: str, connected: Any) -> Callable[[], Program]:
    """`program()`: a program that knows alpha's API by its host."""
    port = two_web_processes.rsplit(":", 1)[1]
    return lambda: Program(f"{two_web_processes}/api", host=f"alpha.localhost:{port}")


def test_from_a_new_session_to_a_refund(program, connected, a_moment_passes):
    with tenant_context(connected):
        officer, (customer, person), course = make.user("admin"), make.student_user(), make.course(price=100)
    office, student = program().sign_in(officer), program().sign_in(customer)

    session = office("POST", f"/courses/{course.pk}/sessions", SESSION, expect=201)
    assert SESSION.items() <= session.items()
    assert len(session["days"]) == 3
    asked = {
        "customerId": str(person.pk),
        "sessionId": session["id"],
        "specialRequests": "Dietary requirements",
        "depositPercentage": 0.3,
    }
    key = str(uuid4())
    booking = office("POST", "/bookings", asked, expect=201, key=key)
    assert office("POST", "/bookings", asked, expect=201, key=key)["id"] == booking["id"]  # sent again, booked once
    assert office("POST", "/bookings", asked, expect=409)["code"] == "already_booked"
    assert (booking["status"], booking["specialRequests"]) == ("pending", "Dietary requirements")
    assert (booking["order"]["total"], booking["order"]["deposit"]) == (100, 30)
    shown = office("GET", f"/courses/{course.pk}/sessions/{session['id']}")
    assert (shown["bookedSpots"], shown["confirmedSpots"], shown["spotsLeft"]) == (1, 0, 11)

    assert [row["id"] for row in student("GET", "/bookings")["results"]] == [booking["id"]]
    payment = pay(student, booking, "deposit", key=str(uuid4()))
    assert (payment["amount"], payment["status"]) == (30, "processing")
    a_moment_passes()
    state = student("GET", f"/payments/status?ref={payment['id']}")
    assert (state["status"], state["amount"], state["currency"]) == ("completed", 30, "GBP")
    paid = student("GET", f"/bookings/{booking['id']}")
    assert (paid["status"], paid["order"]["paid"], paid["order"]["due"]) == ("confirmed", 30, 70)

    pay(student, booking, "balance")
    a_moment_passes()
    assert student("GET", f"/bookings/{booking['id']}")["order"]["due"] == 0
    shown = office("GET", f"/courses/{course.pk}/sessions/{session['id']}")
    assert (shown["bookedSpots"], shown["confirmedSpots"]) == (1, 1)
    assert [row["id"] for row in office("GET", f"/sessions/{session['id']}/bookings")["results"]] == [booking["id"]]

    quote = student("GET", f"/bookings/{booking['id']}/cancellation")
    cancelled = student("POST", f"/bookings/{booking['id']}/cancel", {"reason": "Ill"}, key=str(uuid4()))
    assert (cancelled["status"], cancelled["cancelReason"]) == ("cancelled", "Ill")
    assert cancelled["order"]["refunded"] == quote["amount"] == 100
    a_moment_passes()
    assert refunded_at_stripe() == 10_000
    shown = office("GET", f"/courses/{course.pk}/sessions/{session['id']}")
    assert (shown["bookedSpots"], shown["spotsLeft"]) == (0, 12)


def test_a_declined_card_and_then_a_good_one(program, connected, a_moment_passes):
    with tenant_context(connected):
        (customer, _person), session = make.student_user(), make.session()
    student = program().sign_in(customer)
    booking = student("POST", "/bookings", {"sessionId": str(session.pk)}, expect=201)
    payment = pay(student, booking, "full", number="4000 0000 0000 0002")
    a_moment_passes()
    state = student("GET", f"/payments/status?ref={payment['id']}")
    assert state["status"] == "processing"
    assert "declined" in state["failureReason"]
    assert student("GET", f"/bookings/{booking['id']}")["status"] == "pending"

    again = pay(student, booking, "full")
    assert again["payUrl"] == payment["payUrl"]  # the same page, so nothing can be paid twice
    a_moment_passes()
    assert student("GET", f"/bookings/{booking['id']}")["status"] == "confirmed"


def test_strangers_are_shown_nothing(program, connected, beta):
    with tenant_context(connected):
        booking = make.booking()
        other, _person = make.student_user()
    with tenant_context(beta):
        foreigner = make.user("admin", email="office@beta.test")
    stranger = program().sign_in(other)
    assert stranger("GET", "/bookings")["results"] == []
    stranger("GET", f"/bookings/{booking.pk}", expect=404)
    stranger("POST", f"/bookings/{booking.pk}/cancel", {}, expect=404)
    stranger("POST", "/payments/stripe/initiate", {"bookingId": str(booking.pk)}, expect=404)

    nobody = program()
    nobody("GET", "/bookings", expect=401)
    nobody("POST", "/auth/login", {"email": foreigner.email, "password": make.PASSWORD}, expect=401)


def pay(program: Program, booking: Any, purpose: str, *, number: str = "4242 4242 4242 4242", key: str = "") -> Any:
    """Begin a payment by API and try a card on the page it answers with; the payment as it began."""
    body = {"bookingId": booking["id"], "purpose": purpose}
    payment = program("POST", "/payments/stripe/initiate", body, expect=201, key=key)
    answer = Payer().pay(payment["payUrl"], number)
    assert answer.status_code == 302, answer.text[:500]
    assert ("/bookings/" in answer.headers["Location"]) == (not re.search("0002$", number))
    return payment


def refunded_at_stripe() -> int:
    """What went back by the stand-in's own books, in pence."""
    from shared_apps.sandbox.models import StripeObject

    with public_context():
        return sum(refund.data["amount"] for refund in StripeObject.objects.filter(kind="refund"))
