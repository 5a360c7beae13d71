"""Sums of money in forms. The currency is the tenant's."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms

from shared_apps.core.money import currency_sign, decimals
from shared_apps.core.payable import tenant_currency, validate_payable, validate_price
from shared_apps.web.templatetags.muster import locale


class MoneyField(forms.DecimalField):
    """A sum in the tenant's currency, not negative, in major units."""

    def __init__(self, *, max_digits: int = 12, validator: Callable[[Decimal], None] = validate_payable, **kwargs: Any):
        kwargs.setdefault("min_value", 0)
        super().__init__(max_digits=max_digits, **kwargs)
        self.payable = validator

    def run_validators(self, value: Decimal | None) -> None:
        super().run_validators(value)
        if value is not None:  # and of so many digits that it can be reckoned with
            self.payable(value)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        places = decimals(tenant_currency())
        step = format(Decimal(1).scaleb(-places), "f")
        self.widget.attrs |= {"inputmode": "decimal" if places else "numeric", "step": step, "min": "0"}
        return super().get_bound_field(form, field_name)

    @property
    def sign(self) -> str:
        """The currency as it stands before a sum."""
        return currency_sign(tenant_currency(), locale())


class PriceField(MoneyField):
    """What a seat costs. 0 is free."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_digits=10, validator=validate_price, **kwargs)
