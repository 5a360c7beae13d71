"""Which sums of money can be paid in the currency of the tenant at work."""

from decimal import Decimal

from babel.numbers import get_currency_name
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shared_apps.core.db import connection
from shared_apps.core.money import decimals, display, fits_a_card, is_payable, least_by_card


def tenant_currency() -> str:
    """The currency of the tenant at work, as an ISO 4217 code; GBP on the platform's own pages."""
    return str(getattr(connection.tenant, "currency", "GBP"))


def validate_payable(amount: Decimal) -> None:
    """Refuse decimals that the tenant's currency lacks: nobody can pay half a yen."""
    currency = tenant_currency()
    if is_payable(amount, currency):
        return
    if places := decimals(currency):
        raise ValidationError(_("At most %d decimals.") % places)
    raise ValidationError(_("Whole %s only, without decimals.") % get_currency_name(currency, count=2, locale="en"))


def validate_price(amount: Decimal) -> None:
    """Refuse a price that nobody could pay: with decimals that the currency lacks, or too small for a card."""
    validate_payable(amount)
    currency = tenant_currency()
    if amount and not fits_a_card(amount, currency):
        least = display(least_by_card(currency), currency)
        raise ValidationError(_("At least %s, the smallest sum that a card can pay, or 0 for free.") % least)
