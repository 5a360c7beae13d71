"""Whether an event comes from Stripe."""

import time

import stripe
from django.conf import settings
from django.http import HttpRequest

from shared_apps.core.types import JsonObject
from tenant_apps.payments.errors import ForgedWebhook

CLOCK_SKEW = 300  # seconds; the SDK refuses old timestamps only


def genuine_event(request: HttpRequest) -> JsonObject:
    """The event in `request`, if Stripe signed it with our secret not long ago. Raises `ForgedWebhook`."""
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise ForgedWebhook("no webhook secret is configured")
    header = request.headers.get("Stripe-Signature", "")
    try:
        event = stripe.Webhook.construct_event(request.body, header, settings.STRIPE_WEBHOOK_SECRET)
        stamp = int(dict(part.split("=", 1) for part in header.split(","))["t"])
        found = dict(event.to_dict())
        complete = found["id"] and found["type"] and found["data"]["object"]["object"]
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        stripe.SignatureVerificationError,
    ) as error:
        raise ForgedWebhook(str(error)) from error
    if not complete:
        raise ForgedWebhook("it is no event")
    if stamp > time.time() + CLOCK_SKEW:
        raise ForgedWebhook("its timestamp lies in the future")
    if bool(found.get("livemode")) is not takes_real_money():
        raise ForgedWebhook("it is of the other mode, test or live")
    return found


def takes_real_money() -> bool:
    """Whether our key is a live one. Stripe sends a platform's live address its accounts' test events, too."""
    return str(settings.STRIPE_SECRET_KEY).startswith(("sk_live_", "rk_live_"))
