"""How we speak to Stripe: the SDK, its options, and what its errors mean."""

from functools import cache
from typing import NoReturn

import stripe
import structlog
from django.conf import settings

from shared_apps.tenants.accounts import account_at
from shared_apps.tenants.context import current_tenant
from tenant_apps.payments.errors import ProviderDisconnected, ProviderRefused, ProviderUnavailable
from tenant_apps.payments.providers.stripe.http import BreakerClient

log = structlog.get_logger()


@cache
def client() -> stripe.StripeClient:
    """The SDK, with time-outs that never hold a request thread for long."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {},
        http_client=BreakerClient(),
        max_network_retries=1,
    )


def options(account: str, idempotency_key: str = "") -> stripe.RequestOptions:
    """What goes with a request: the `account` it is for, and a key under which it is carried out once.

    An old payment may not know its account: then it is the present one. Raises `ProviderDisconnected` without any,
    for what names no account is asked of the platform's own.
    """
    chosen: stripe.RequestOptions = {"stripe_account": account or _present()}
    if not chosen["stripe_account"]:
        raise ProviderDisconnected
    if idempotency_key:
        chosen["idempotency_key"] = idempotency_key
    return chosen


def _present() -> str:
    found = account_at("stripe", tenant=current_tenant())
    return found.account if found else ""


def refuse(error: stripe.StripeError, account: str) -> NoReturn:
    """Raise what `error` means: Stripe is away, it refused what we asked, or the account does not obey us any more."""
    account = account or _present()
    details = {"error": str(error), "kind": type(error).__name__, "account": account}
    if isinstance(error, stripe.PermissionError):
        log.error("the Stripe account refuses us", **details)
        raise ProviderDisconnected(account=account) from error
    if isinstance(error, stripe.InvalidRequestError | stripe.CardError | stripe.IdempotencyError):
        log.error("stripe refused what we asked", **details)
        raise ProviderRefused(error.user_message or str(error)) from error
    if isinstance(error, stripe.AuthenticationError):  # our own key: everybody's payments stand still
        log.error("stripe does not accept our key", **details)
    else:
        log.warning("stripe did not answer as hoped", **details)
    raise ProviderUnavailable from error
