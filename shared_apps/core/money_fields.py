"""Sums of money in forms and in bodies of the API. The currency is the tenant's."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_name
from django import forms
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


class MoneyField(forms.DecimalField):
    """A sum in the tenant's currency, not negative, in major units."""

    def __init__(self, *, max_digits: int = 12, validator: Any = validate_payable, **kwargs: Any):
        kwargs.setdefault("min_value", 0)
        super().__init__(max_digits=max_digits, **kwargs)
        self.payable = validator

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        if value is not None:  # and of so many digits that it can be reckoned with
            self.payable(value)

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        places = decimals(tenant_currency())
        step = format(Decimal(1).scaleb(-places), "f")
        self.widget.attrs |= {"inputmode": "decimal" if places else "numeric", "step": step, "min": "0"}
        return super().get_bound_field(form, field_name)


class PriceField(MoneyField):
    """What a seat costs. 0 is free."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_digits=10, validator=validate_price, **kwargs)
