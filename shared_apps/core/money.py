"""Amounts are `Decimal` in major units with the currency's own precision; minor units only at a provider's door."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

# Stripe counts these without decimals, or in thousandths: https://docs.stripe.com/currencies#zero-decimal
# Of the special cases there, UGX and ISK have no decimals, yet Stripe counts them in hundredths.
ZERO_DECIMAL = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
THREE_DECIMAL = {"BHD", "JOD", "KWD", "OMR", "TND"}
MOST_DECIMALS = 2  # as our columns keep them


def quantise(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half up to what `currency` can pay and we can keep."""
    return amount.quantize(Decimal(1).scaleb(-min(get_currency_precision(currency), MOST_DECIMALS)), ROUND_HALF_UP)


def share(amount: Decimal, percent: Decimal | int, currency: str) -> Decimal:
    """`percent` (0-100) of `amount`, payable in `currency`."""
    return quantise(amount * Decimal(percent) / 100, currency)


def to_minor(amount: Decimal, currency: str) -> int:
    """What a card provider is told: pence, cents, or whole yen."""
    return int((amount * _minor_per_major(currency)).to_integral_value(ROUND_HALF_UP))


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount in major units of a provider's `minor` units."""
    return Decimal(minor) / _minor_per_major(currency)


def _minor_per_major(currency: str) -> int:
    return 1 if currency in ZERO_DECIMAL else 1000 if currency in THREE_DECIMAL else 100


@lru_cache(4096)
def display(amount: Decimal, currency: str, locale: str = "en_GB") -> str:
    """`£1,250.00` as the tenant's locale writes it; whole amounts without pence, as on a price list."""
    whole = amount == amount.to_integral_value()
    text = format_currency(
        amount, currency, locale=locale, currency_digits=not whole, format="¤#,##0" if whole else None
    )
    return re.sub(r"(?<=[^\W\d_])(?=\d)", "\u00a0", text)  # `KES 1,500`: letters stand apart, on the same line
