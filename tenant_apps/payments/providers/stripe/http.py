"""The line to Stripe: short time-outs, one more try with the same idempotency key, and circuit breakers before it."""

from collections.abc import Mapping
from typing import Any

import requests
import stripe
from django.conf import settings

from shared_apps.resilience.circuit_breaker import Circuit, circuit

ACCOUNT = "stripe-account"


def everybody() -> Circuit:
    """This process's breaker for all of Stripe: nobody answers there.

    Five failures in a row open it, or one that cost a request all its patience.
    """
    return circuit("stripe", failures=5, pause=settings.STRIPE_PAUSE)


def one_account(account: str) -> Circuit:
    """This process's breaker for one account: what Stripe answers to it must not close cards for others."""
    return circuit(f"stripe {account}", failures=5, pause=settings.STRIPE_PAUSE)


class BreakerClient(stripe.RequestsClient):
    """The SDK's client over `requests`. While a breaker is open, calls fail at once and nothing is sent."""

    def __init__(self) -> None:
        super().__init__(timeout=settings.STRIPE_TIMEOUT)

    def request_with_retries(
        self, method: str, url: str, headers: Mapping[str, str], *args: Any, **kwargs: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        account = next((value for name, value in headers.items() if name.lower() == ACCOUNT), "")
        one = one_account(account)
        if not one.allows() or not everybody().allows():
            raise stripe.APIConnectionError("Stripe did not answer a moment ago, and is not asked yet.")
        try:
            answer = super().request_with_retries(method, url, headers, *args, **kwargs)
        except stripe.APIConnectionError as error:
            everybody().failed(at_once=isinstance(error.__cause__, requests.Timeout))
            raise
        body, status, _ = answer
        if not body.strip().endswith(b"}" if isinstance(body, bytes) else "}"):
            everybody().failed()  # something answered in Stripe's place
            return answer
        everybody().succeeded()
        if status == 429 or status >= 500:
            one.failed()
        else:
            one.succeeded()
        return answer
