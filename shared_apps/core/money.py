"""Amounts are `Decimal` in major units with the currency's own precision; minor units only at a provider's door."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

# Stripe counts these without decimals, or in thousandths: https://docs.stripe.com/currencies#zero-decimal
# Of the special cases there, UGX and ISK have no decimals, yet Stripe counts them in hundredths.
ZERO_DECIMAL = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
THREE_DECIMAL = {"BHD", "JOD", "KWD", "OMR", "TND"}
MOST_DECIMALS = 2  # as our columns keep them
# The least that Stripe charges a card, in major units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
# A currency that is not here has no least amount of its own there; then it is the smallest sum we can keep.
LEAST_BY_CARD = {
    "AED": "2", "AUD": "0.50", "BGN": "1", "BRL": "0.50", "CAD": "0.50", "CHF": "0.50", "CZK": "15", "DKK": "2.50",
    "EUR": "0.50", "GBP": "0.30", "HKD": "4", "HUF": "175", "INR": "0.50", "JPY": "50", "MXN": "10", "MYR": "2",
    "NOK": "3", "NZD": "0.50", "PLN": "2", "RON": "2", "SEK": "3", "SGD": "0.50", "THB": "10", "USD": "0.50",
}  # fmt: skip


def currency_places(currency: str) -> int:
    """How many decimals people write in `currency`: pounds 2, dinars of Kuwait 3."""
    return int(get_currency_precision(currency))


def decimals(currency: str) -> int:
    """How many decimals a sum in `currency` may have: as many as it has, at most what our columns keep."""
    return min(currency_places(currency), MOST_DECIMALS)


def is_payable(amount: Decimal, currency: str) -> bool:
    """Whether `amount` has no more decimals than `currency`: 1,000.50 yen can't be paid."""
    return amount == quantise(amount, currency)


def least_by_card(currency: str) -> Decimal:
    """The smallest sum a card can pay, in major units."""
    return Decimal(LEAST_BY_CARD.get(currency, 0)) or Decimal(1).scaleb(-decimals(currency))


def fits_a_card(amount: Decimal, currency: str) -> bool:
    """Whether `amount` is not too little for a card."""
    return amount >= least_by_card(currency)


def vat_within(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """The VAT at `rate` (per cent) that `amount`, VAT included, contains: half up, in the currency's decimals."""
    return _rounded(amount - amount / (1 + Decimal(rate) / 100), currency_places(currency))


def _rounded(amount: Decimal, places: int) -> Decimal:
    return Decimal(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def quantise(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half up to what `currency` can pay and we can keep."""
    return _rounded(amount, decimals(currency))


def share(amount: Decimal, percent: Decimal | int, currency: str) -> Decimal:
    """`percent` (0-100) of `amount`, payable in `currency`."""
    return quantise(amount * Decimal(percent) / 100, currency)


def divide(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """`amount` in parts that are to each other as `weights` are, payable in `currency`; they add up to it exactly."""
    whole, upto, given = sum(weights, Decimal(0)), Decimal(0), Decimal(0)
    parts = []
    for weight in weights:
        upto += weight
        parts.append((quantise(amount * upto / whole, currency) if whole else Decimal(0)) - given)
        given += parts[-1]
    return parts


def to_minor(amount: Decimal, currency: str) -> int:
    """What a card provider is told: pence, cents, or whole yen."""
    return int((amount * _minor_per_major(currency)).to_integral_value(ROUND_HALF_UP))


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount in major units of a provider's `minor` units."""
    return Decimal(minor) / _minor_per_major(currency)


def _minor_per_major(currency: str) -> int:
    return 1 if currency in ZERO_DECIMAL else 1000 if currency in THREE_DECIMAL else 100


@lru_cache(4096)
@lru_cache
def currency_sign(currency: str, locale: str = "en_GB") -> str:
    """`£`, or its three letters where a language has no sign for it."""
    return get_currency_symbol(currency, locale=locale)


def display(amount: Decimal, currency: str, locale: str = "en_GB") -> str:
    """`£1,250.00` as the tenant's locale writes it; whole amounts without pence, as on a price list."""
    amount = _rounded(amount, currency_places(currency))  # as it is charged: Babel rounds half to even
    whole = amount == amount.to_integral_value()
    text = format_currency(
        amount, currency, locale=locale, currency_digits=not whole, format="¤#,##0" if whole else None
    )
    return re.sub(r"(?<=[^\W\d_])(?=\d)", "\u00a0", text)  # `KES 1,500`: letters stand apart, on the same line
