"""Amounts in a currency's smallest unit."""

from babel.numbers import format_currency, list_currencies

from shared_apps.core.money import from_minor
from shared_apps.sandbox.stripe_api.errors import StripeError

# The least Stripe charges, in minor units; it has no such rule for the others.
LEAST = {
    "usd": 50,
    "eur": 50,
    "gbp": 30,
    "aud": 50,
    "cad": 50,
    "chf": 50,
    "jpy": 50,
    "sek": 300,
    "dkk": 250,
    "nok": 300,
}
MOST = 99_999_999


def check_currency(currency: str, param: str) -> str:
    """The currency in small letters; refused when there is none of that name."""
    if currency.upper() not in list_currencies():
        raise StripeError(f"Invalid currency: {currency}.", code="parameter_invalid", param=param)
    return currency.lower()


def check_total(amount: int, currency: str, param: str, what: str = "Amount") -> None:
    """Refuse totals that Stripe would not charge."""
    least = LEAST.get(currency, 1)
    if amount < least:
        raise StripeError(
            f"{what} must be at least {show(least, currency)} {currency}.", code="amount_too_small", param=param
        )
    if amount > MOST:
        raise StripeError(
            f"{what} must be no more than {show(MOST, currency)} {currency}.", code="amount_too_large", param=param
        )


def show(amount: int, currency: str) -> str:
    """`£12.50` of 1250 pence."""
    return format_currency(from_minor(amount, currency.upper()), currency.upper(), locale="en_GB")
