"""The line to Stripe: short time-outs, one more try with the same idempotency key, and a fuse in front of it."""

from typing import Any

import requests
import stripe
from django.conf import settings

from shared_apps.core.circuit import Circuit, circuit


def fuse() -> Circuit:
    """This process's fuse of Stripe. Five failures in a row open it, or one that cost a request all its patience."""
    return circuit("stripe", failures=5, pause=settings.STRIPE_PAUSE)


class FusedClient(stripe.RequestsClient):
    """The SDK's client over `requests`. While the fuse is open, calls fail at once and nothing is sent."""

    def __init__(self) -> None:
        super().__init__(timeout=settings.STRIPE_TIMEOUT)

    def request_with_retries(self, *args: Any, **kwargs: Any) -> Any:
        if not fuse().allows():
            raise stripe.APIConnectionError("Stripe did not answer a moment ago, and is not asked yet.")
        try:
            answer = super().request_with_retries(*args, **kwargs)
        except stripe.APIConnectionError as error:
            fuse().failed(at_once=isinstance(error.__cause__, requests.Timeout))
            raise
        body, status, _ = answer
        if status == 429 or status >= 500 or not body.strip().endswith(b"}" if isinstance(body, bytes) else "}"):
            fuse().failed()
        else:
            fuse().succeeded()
        return answer
