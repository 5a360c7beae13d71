"""Numbers and sums of money that people type. The currency is the tenant's.

They are text to the browser: a number field of a browser drops a comma without a word, and 1,50 becomes 150.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypedDict, Unpack

from django import forms

from shared_apps.core.money import currency_places, currency_sign, decimals
from shared_apps.core.payable import tenant_currency, validate_payable, validate_price
from shared_apps.core.typed_numbers import read_number
from shared_apps.core.types import Words
from shared_apps.web.templatetags.muster import locale


class NumberField(forms.DecimalField):
    """A number with decimals, typed as people write one: see `read_number`."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    @property
    def places(self) -> int:
        """How many decimals the number may have."""
        return self.decimal_places or 0

    @property
    def sign(self) -> str:
        """What stands before the number."""
        return ""

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str) and value.strip():
            value = read_number(value, places=self.places, sign=self.sign)
        return super().to_python(value)


class SumOptions(TypedDict, total=False):
    """What a form says of a field for a sum."""

    label: Words
    help_text: Words
    required: bool
    min_value: Decimal | int
    initial: Decimal
    error_messages: Mapping[str, Words]


class MoneyField(NumberField):
    """A sum in the tenant's currency, not negative, in major units."""

    def __init__(
        self,
        *,
        max_digits: int = 12,
        validator: Callable[[Decimal], None] = validate_payable,
        **options: Unpack[SumOptions],
    ):
        options.setdefault("min_value", 0)
        super().__init__(max_digits=max_digits, **options)
        self.payable = validator

    def run_validators(self, value: Decimal | None) -> None:
        super().run_validators(value)
        if value is not None:  # and of so many digits that it can be reckoned with
            self.payable(value)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.widget.attrs["inputmode"] = "decimal" if decimals(tenant_currency()) else "numeric"
        return super().get_bound_field(form, field_name)

    @property
    def places(self) -> int:
        return currency_places(tenant_currency())

    @property
    def sign(self) -> str:
        """The currency as it stands before a sum."""
        return currency_sign(tenant_currency(), locale())


class PriceField(MoneyField):
    """What a seat costs. 0 is free."""

    def __init__(self, **options: Unpack[SumOptions]):
        super().__init__(max_digits=10, validator=validate_price, **options)
