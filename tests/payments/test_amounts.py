"""What a provider is told is to the penny what was agreed, in every currency."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from shared_apps.core.money import from_minor, share, to_minor
from tenant_apps.bookings.terms import terms_of
from tenant_apps.payments.errors import TooManyDecimals
from tenant_apps.payments.models import Payment
from tenant_apps.payments.providers.base import Outcome
from tenant_apps.payments.providers.stripe.checkout import _snapshot
from tenant_apps.payments.refunds import refund_payment
from tests import make


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("GBP", "12.34", 1234), ("KES", "1500.50", 150050), ("JPY", "500", 500), ("KWD", "5.12", 5120),
        ("UGX", "5", 500), ("ISK", "5", 500),
    ],
)  # fmt: skip
def test_stripe_is_told_the_amount_that_was_meant(currency, amount, minor):
    assert to_minor(Decimal(amount), currency) == minor
    assert from_minor(minor, currency) == Decimal(amount)


def test_a_share_has_no_more_decimals_than_can_be_kept():
    assert share(Decimal("10.01"), 33, "KWD") == Decimal("3.30")
    assert share(Decimal(101), 33, "JPY") == Decimal(33)


@pytest.mark.django_db
def test_a_price_in_yen_is_a_whole_number_of_yen(tenant):
    tenant.currency = "JPY"
    session = make.session(course=make.course(price="120.50"))
    assert terms_of(session).price == 121
    booking = make.booking(session=session)
    make.pay(booking)
    with pytest.raises(TooManyDecimals):
        refund_payment(Payment.objects.get(), amount=Decimal("60.40"), reason="", by=None)


@pytest.mark.parametrize(
    ("intent", "outcome"), [("requires_payment_method", Outcome.FAILED), ("processing", Outcome.OPEN)]
)
def test_a_debit_that_bounces_ends_its_payment(intent, outcome):
    asked = SimpleNamespace(id="pi_1", status=intent, last_payment_error=None)
    session = SimpleNamespace(
        id="cs_1", status="complete", payment_status="unpaid", payment_intent=asked, amount_total=100, currency="gbp"
    )
    assert _snapshot(session, Payment(currency="GBP")).outcome == outcome
