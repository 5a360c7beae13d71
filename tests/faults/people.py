"""A provider and its buyers, over HTTP, with the provider's books beside Stripe's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

import requests
from django.db import connection, transaction
from django.utils import timezone

from shared_apps.accounts import tokens
from shared_apps.accounts.services import create_user
from shared_apps.events.models import Delivery
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Tenant
from tenant_apps.bookings.models import LIVE, Booking, BookingStatus
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.payments.models import OPEN_PAYMENTS, Payment, PaymentStatus, ProviderEvent, Refund, RefundStatus
from tenant_apps.scheduling.models import Session
from tests import make
from tests.faults.site import Site
from tests.support.crowd import pay_by_card

numbers = count(1)


class Provider:
    """Alpha at a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.api = f"{site.url}/api/tenant/alpha"
        with site.rows():
            self.tenant = Tenant.objects.prefetch_related("domains").get(slug="alpha")

    def rows(self) -> Any:
        """In here the test's connection is at this provider."""
        return self.site.rows(self.tenant)

    def session(self, **fields: Any) -> str:
        with self.rows():
            return str(make.session(**fields).pk)

    def buyer(self) -> "Buyer":
        with self.rows():
            user = create_user(email=f"buyer{next(numbers)}@faults.test", name="Ada Byron", verified=True)
            return Buyer(self, user.email, tokens.issue(user)["access_token"])

    def switch(self, **faults: Any) -> None:
        """Switches of the stand-in for Stripe."""
        with self.site.rows():
            set_switches(faults)

    def time_passes(self) -> None:
        """Two minutes and the longest pause, as far as anything waits for its time; holds run out too."""
        with self.rows():
            long_ago = timezone.now() - timezone.timedelta(minutes=1)
            Booking.objects.filter(status=BookingStatus.PENDING).update(hold_expires_at=long_ago)
            Delivery.objects.filter(done_at=None).update(next_try_at=long_ago)
            Payment.objects.filter(status__in=OPEN_PAYMENTS).update(next_check_at=long_ago)
            Refund.objects.filter(status=RefundStatus.PENDING).update(next_try_at=long_ago)
            ProviderEvent.objects.filter(status="received").update(next_try_at=long_ago)
            Message.objects.filter(status=MessageStatus.QUEUED).update(next_try_at=long_ago)

    # --- The books ---------------------------------------------------------------------------------

    def unsettled(self) -> dict[str, str]:
        """Whatever is not at its end yet: a booking's email address, or what waits, with the reason."""
        with self.rows():
            theirs = self._at_stripe()
            found = {}
            for booking in Booking.objects.select_related("order", "buyer"):
                if reason := _why_unsettled(booking, theirs):
                    found[booking.buyer.email] = reason
            waiting = {
                "deliveries": Delivery.objects.filter(done_at=None),
                "events": ProviderEvent.objects.filter(status="received"),
                "refunds": Refund.objects.filter(status=RefundStatus.PENDING),
                "emails": Message.objects.filter(status=MessageStatus.QUEUED),
            }
            return found | {name: f"{n} waiting" for name, rows in waiting.items() if (n := rows.count())}

    def faults_in_the_books(self) -> list[str]:
        """What must never be, however the site was hurt. Empty is good."""
        faults = []
        with self.rows(), one_moment():
            ours = sum(
                (payment.amount for payment in Payment.objects.filter(status=PaymentStatus.COMPLETED)), Decimal(0)
            ) - sum((refund.amount for refund in Refund.objects.filter(status=RefundStatus.COMPLETED)), Decimal(0))
            theirs = sum((Decimal(sum_) for sum_ in self._at_stripe().values()), Decimal(0)) / 100
            if ours != theirs:
                faults.append(f"we hold {ours}, Stripe says {theirs}")
            for session in Session.objects.all():
                live = sum(session.bookings.filter(status__in=LIVE).values_list("seats", flat=True))
                if session.seats_taken != live or live > session.capacity:
                    faults.append(f"{session}: {session.seats_taken} seats counted, {live} live")
            sent = {f"<{m.pk}@{_domain()}>": m for m in Message.objects.filter(status=MessageStatus.SENT)}
            arrived = {letter for _, letter in self.site.mail.letters}
            faults += [f"never arrived: {message}" for letter, message in sent.items() if letter not in arrived]
            for booking in Booking.objects.filter(status=BookingStatus.CONFIRMED).select_related("buyer"):
                told = Message.objects.filter(kind="bookings/confirmed", about_id=booking.pk).count()
                if told != 1:
                    faults.append(f"{booking.buyer.email} was told {told} times that it is confirmed")
        return faults

    def _at_stripe(self) -> dict[str, int]:
        """What Stripe holds for each payment of ours, in pence."""
        with public_context():
            rows = StripeObject.objects.filter(account="acct_alpha")
            held = {}
            for intent in rows.filter(kind="payment_intent"):
                back = sum(
                    refund.data["amount"]
                    for refund in rows.filter(kind="refund", data__payment_intent=intent.pk)
                    if refund.data["status"] == "succeeded"
                )
                payment = intent.data["metadata"]["payment_id"]
                held[payment] = held.get(payment, 0) + intent.data["amount_received"] - back
        return held


@contextmanager
def one_moment() -> Iterator[None]:
    """Read all rows as they were at one moment: the worker goes on meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _domain() -> str:
    from django.conf import settings

    return str(settings.BASE_DOMAIN)


def _why_unsettled(booking: Booking, at_stripe: dict[str, int]) -> str:
    if booking.order is None:
        return "" if booking.status != BookingStatus.PENDING else "not confirmed"
    payments = booking.order.payments.filter(provider="stripe")
    theirs = Decimal(sum(at_stripe.get(str(payment.pk), 0) for payment in payments)) / 100
    ours = booking.order.held if booking.order.payments.filter(status=PaymentStatus.COMPLETED).exists() else Decimal(0)
    if ours != theirs:
        return f"we hold {ours}, Stripe {theirs}"
    if booking.status == BookingStatus.CONFIRMED and ours != booking.order.total:
        return f"confirmed with {ours} paid"
    if booking.status == BookingStatus.PENDING:
        return "still held"
    if booking.status not in LIVE and ours:
        return f"{booking.status}, and {ours} is here"
    return ""


@dataclass
class Buyer:
    """Somebody with a token. What the server does not answer, because it died, is None."""

    provider: Provider
    email: str
    token: str
    booking: str = ""

    def post(self, path: str, json: Any, *, key: str = "") -> requests.Response | None:
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        try:
            return requests.post(f"{self.provider.api}/{path}", json=json, headers=headers, timeout=60)
        except requests.ConnectionError:
            return None

    def book(self, session: str, *, seats: int = 1, key: str = "") -> requests.Response | None:
        answer = self.post("bookings", {"sessionId": session, "seats": seats}, key=key)
        if answer is not None and answer.status_code == 201:
            self.booking = answer.json()["id"]
        return answer

    def begin_to_pay(self) -> requests.Response | None:
        return self.post("payments/stripe/initiate", {"bookingId": self.booking, "purpose": "full"})

    def book_and_pay(self, session: str) -> None:
        """The whole road, on a day when all is well; as soon as no breaker is open from before."""
        site = self.provider.site
        assert self.book(session) is not None
        answers: list[Any] = []
        site.until(lambda: answers.append(self.begin_to_pay()) or answers[-1].status_code == 201, "a page", seconds=30)
        self.pay(answers[-1].json()["payUrl"])
        site.until(self.comes_back_confirmed, "the booking", seconds=30)

    def comes_back_confirmed(self) -> bool:
        """From the provider's page: what was paid is asked for, whether or not a webhook came."""
        with self.provider.rows():
            payment = Payment.objects.filter(order__buyer__email=self.email).latest("created_at")
        headers = {"Authorization": f"Bearer {self.token}"}
        requests.get(f"{self.provider.api}/payments/status", {"ref": str(payment.pk)}, headers=headers, timeout=60)
        return self.is_confirmed()

    def pay(self, page: str) -> None:
        """At the stand-in's page."""
        pay_by_card(page)

    def cancel(self) -> requests.Response | None:
        return self.post(f"bookings/{self.booking}/cancel", {"reason": "Changed my mind"})

    def is_confirmed(self) -> bool:
        with self.provider.rows():
            return Booking.objects.filter(pk=self.booking, status=BookingStatus.CONFIRMED).exists()
