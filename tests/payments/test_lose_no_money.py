"""Money that comes twice, late or at the same moment as something else is neither kept nor lost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.sandbox.models import IdempotentCall
from shared_apps.tenants.context import public_context
from tenant_apps.bookings.desk import take_payment
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.messaging.models import Message
from tenant_apps.payments.models import OPEN_PAYMENTS, Payment, PaymentStatus, Refund, RefundStatus
from tenant_apps.payments.providers.base import Outcome, Snapshot
from tenant_apps.payments.refunds import refund_payment
from tenant_apps.payments.sending import carry_out
from tenant_apps.payments.services import _drop_unopened, ask_about_open_payments, settle
from tests import make
from tests.bookings.conftest import path

CASH = {"provider": "cash", "reference": "", "by": None}


def the_booking():
    return Booking.objects.select_related("order").get()


def test_paid_in_cash_and_by_card_at_once_the_card_gets_its_money_back(cards, visitor):
    token = visitor.token(make.session())
    page = visitor.pay(token).url
    cards.pay(page)  # at the desk nobody knows yet
    take_payment(the_booking(), amount=Decimal(120), **CASH)
    visitor.open(path("booking_return", token))

    booking = the_booking()
    assert booking.status == BookingStatus.CONFIRMED
    assert (booking.order.paid, booking.order.held, booking.order.due) == (Decimal(240), Decimal(120), 0)
    assert Refund.objects.get().payment.provider == "stripe"


def test_a_page_that_nobody_should_pay_is_closed_even_if_no_task_ran(cards, visitor):
    token = visitor.token(make.session())
    page = visitor.pay(token).url
    take_payment(the_booking(), amount=Decimal(120), **CASH)
    Payment.objects.filter(status__in=OPEN_PAYMENTS).update(next_check_at=now())
    ask_about_open_payments()
    assert not Payment.objects.filter(status__in=OPEN_PAYMENTS).exists()
    assert 'name="number"' not in cards.http.get(page, timeout=10).text


def test_a_payment_that_got_its_page_a_moment_ago_is_not_forgotten(cards, visitor):
    token = visitor.token(make.session())
    page = visitor.pay(token).url
    stale = Payment.objects.get()
    stale.provider_reference = None  # as periodic work read it, before the page was open
    assert _drop_unopened(stale).status == PaymentStatus.PROCESSING
    cards.pay(page)
    visitor.open(path("booking_return", token))
    assert the_booking().order.due == 0


@pytest.mark.usefixtures("tenant", "db")
def test_money_that_arrives_while_a_buyer_cancels_is_not_overlooked():
    booking = make.booking()
    make.pay(booking)
    with pytest.raises(MovedMeanwhile):
        cancel_booking(booking, by=None, refund=Decimal(0))  # as the page said before the money came
    booking.refresh_from_db()
    assert booking.status == BookingStatus.PENDING
    cancel_booking(booking, by=None)
    assert Refund.objects.get().amount == 120


def test_a_refund_is_sent_once_even_when_the_provider_has_forgotten_the_key(cards, visitor):
    token = visitor.token(make.session())
    cards.pay(visitor.pay(token).url)
    visitor.open(path("booking_return", token))
    refund = refund_payment(Payment.objects.get(), amount=Decimal(50), reason="", by=None)
    carry_out(refund)
    first = Refund.objects.get().provider_reference
    # The answer was lost, and it is the day after tomorrow.
    Refund.objects.update(
        status=RefundStatus.PENDING, provider_reference=None, completed_at=None, next_try_at=now() - timedelta(days=1)
    )
    with public_context():
        IdempotentCall.objects.all().delete()
    carry_out(refund)
    assert first
    assert Refund.objects.get().provider_reference == first


def test_the_office_is_told_of_a_wrong_amount(tenant):
    make.user("owner", email="owner@alpha.test")
    booking = make.booking()
    payment = Payment.objects.create(
        order=booking.order, provider="stripe", purpose="full", amount=booking.order.total, currency="GBP",
        status=PaymentStatus.PROCESSING, provider_reference="cs_odd",
    )  # fmt: skip
    settle(payment, Snapshot(Outcome.PAID, amount=Decimal(1), currency="GBP"))
    deliver_due()
    booking.refresh_from_db()
    assert (booking.status, booking.order.held) == (BookingStatus.PENDING, 0)
    told = Message.objects.get(kind="bookings/office_wrong_amount")
    assert told.to == "owner@alpha.test"
    assert "1 GBP" in told.subject
