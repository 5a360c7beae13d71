"""A bank takes money out until it has decided."""

from decimal import Decimal

import pytest

from shared_apps.events.bus import deliver_due
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.disputes import decide
from shared_apps.tenants.context import public_context
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.models import DisputeStatus, Payment, Refund
from tenant_apps.payments.providers.base import Disputed
from tenant_apps.payments.refunds import refund_order
from tests.bookings.conftest import path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
DISPUTED = "4000 0000 0000 0259"


@pytest.mark.parametrize(("verdict", "held", "due"), [("won", 120, 0), ("lost", 0, 120)])
def test_a_dispute_takes_the_money_out_until_it_is_won(by_card, cards, mails, office, verdict, held, due):
    booking = by_card(DISPUTED)
    cards.webhooks_arrive()
    deliver_due()
    assert (booking.order.held, booking.order.due, refund_quote(booking).amount) == (0, 0, 0)
    assert "wants £120 back" in text(office.get("/admin/"))
    with public_context():
        decide(StripeObject.objects.get(kind="dispute").pk, verdict)
    cards.webhooks_arrive()
    deliver_due()
    assert (booking.order.held, booking.order.due) == (held, due)
    (mail,) = mails("bookings/office_dispute_closed")
    assert verdict in mail.subject


@pytest.mark.parametrize(("days", "back"), [(40, 120), (1, 0)])  # by the terms: everything, and nothing
def test_who_cancelled_while_a_bank_looked_gets_what_the_terms_gave_when_it_decides_for_us(
    by_card, cards, mails, visitor, office, days, back
):
    booking = by_card(DISPUTED, in_days=days)
    cards.webhooks_arrive()
    deliver_due()
    calling_off = text(office.get(f"/admin/sessions/{booking.session_id}/cancel/"))
    assert "Banks are looking at £120" in calling_off
    assert "Nothing was paid" not in calling_off
    asked = text(visitor.open(path("booking_cancel", token_of(booking))))
    assert "Your bank is looking at your payment of £120" in asked
    assert "Nothing was paid" not in asked
    cancel_booking(booking, by=None)
    with public_context():
        decide(StripeObject.objects.get(kind="dispute").pk, "won")
    cards.webhooks_arrive()
    deliver_due()
    assert sum(refund.amount for refund in Refund.objects.all()) == back
    (mail,) = mails("bookings/office_dispute_closed")
    assert "The booking was cancelled meanwhile" in mail.text


def test_a_booking_can_be_cancelled_when_the_bank_took_more_than_was_left(by_card):
    booking = by_card()
    refund_order(booking.order, amount=Decimal(20), reason="Lunch", by=None)
    write_down_dispute(Payment.objects.get(), Disputed("du_1", DisputeStatus.OPEN, Decimal(120)))
    assert (booking.order.held, refund_quote(booking).amount) == (-20, 0)
    cancel_booking(booking, by=None)
    assert Refund.objects.count() == 1
