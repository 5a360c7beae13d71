"""What happened, kept as event objects and sent to our webhook endpoint."""

from contextvars import ContextVar
from datetime import timedelta

import stripe
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject, WebhookDelivery
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make
from shared_apps.sandbox.switches import switches

current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)


def emit(type: str, thing: StripeObject, *, previous: JsonObject | None = None) -> StripeObject:
    """Record that `type` happened to `thing`, in the caller's transaction, and put it on its way.

    `previous` holds the former values of changed fields. The webhook switches decide here how often it is sent.
    """
    call = current_call.get()
    data: JsonObject = {"object": thing.data}
    if previous:
        data["previous_attributes"] = previous
    whole: JsonObject = {
        "api_version": stripe.api_version,
        "data": data,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {
            "id": call.request_id if call else None,
            "idempotency_key": call.idempotency_key if call else None,
        },
        "type": type,
    }
    # An account belongs to the platform, but what happens to it is an event of the account.
    account = thing.pk if thing.kind == "account" else thing.account
    if account:
        whole["account"] = account
    event = make("event", account, whole)
    _send_off(event)
    return event


def _send_off(event: StripeObject) -> None:
    faults = switches()
    due_at = timezone.now() + timedelta(seconds=faults.webhooks_delay_seconds)
    status = WebhookDelivery.Status.LOST if faults.webhooks_lost else WebhookDelivery.Status.WAITING
    for _ in range(2 if faults.webhooks_duplicate and not faults.webhooks_lost else 1):
        WebhookDelivery.objects.create(event=event, status=status, due_at=due_at)
    if getattr(settings, "SANDBOX_INLINE_WEBHOOKS", True) and not faults.webhooks_delay_seconds:
        from shared_apps.sandbox.stripe_api.webhooks import deliver_soon

        transaction.on_commit(deliver_soon)


def send_again(event: StripeObject) -> WebhookDelivery:
    """Deliver an event once more, as `stripe events resend` does; switches do not touch it."""
    return WebhookDelivery.objects.create(event=event)


def _pending(body: JsonObject) -> JsonObject:
    waiting = WebhookDelivery.objects.filter(event_id=body["id"], status=WebhookDelivery.Status.WAITING)
    return {**body, "pending_webhooks": waiting.count()}


def retrieve(call: Call, id: str) -> JsonObject:
    return _pending(find("event", id, call.account).data)


def list_events(call: Call) -> JsonObject:
    """Newest first, of one `type` or several `types` (a `*` at the end stands for the rest)."""
    wanted = call.params.get("type")
    kind = {"type__startswith": wanted.removesuffix("*")} if wanted and wanted.endswith("*") else {"type": wanted}
    body = listing(call, "event", **kind, type__in=call.params.get("types"))
    return {**body, "data": [_pending(event) for event in body["data"]]}
