"""Carrying events to our webhook endpoint, signed, with retries."""

import hashlib
import hmac
import json
import threading
import time
from datetime import datetime, timedelta
from uuid import UUID

import requests
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from shared_apps.sandbox.models import WebhookDelivery
from shared_apps.sandbox.switches import switches

log = structlog.get_logger()
_asked = threading.Event()
TIMEOUT = 10  # seconds
LEASE = timedelta(seconds=60)  # after which the deliveries of a process that died are tried again
# Seconds until the next try. Stripe takes hours; a demo is watched for minutes.
BACK_OFF = [2, 5, 15, 60, 300, 900, 3600]
BATCH = 5  # so few that all of them can time out within the lease


def endpoint() -> str:
    """Where events go."""
    return getattr(settings, "SANDBOX_WEBHOOK_URL", "") or f"{settings.SITE_URL}/api/payments/webhooks/stripe"


def signature(payload: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header of `payload` at the Unix time `at`."""
    signed = f"{at}.".encode() + payload
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def deliver_webhooks(now: datetime | None = None) -> int:
    """Send every delivery that is due at `now` and return how many were tried.

    Rows are claimed for a minute before anything is sent, so several processes may run this at once
    and none holds a transaction while it waits for the endpoint.
    """
    moment = now or timezone.now()
    tried = 0
    seen: set[UUID] = set()
    while batch := _claim(moment, seen):
        for delivery in batch:
            seen.add(delivery.pk)
            _send(delivery)
            tried += 1
    return tried


@transaction.atomic
def _claim(moment: datetime, seen: set[UUID]) -> list[WebhookDelivery]:
    newest_first = switches().webhooks_reordered
    rows = (
        WebhookDelivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("event")
        .filter(status=WebhookDelivery.Status.WAITING, due_at__lte=moment)
        .exclude(pk__in=seen)
    )
    order = ["-event__made_at", "-pk"] if newest_first else ["event__made_at", "pk"]
    batch = list(rows.order_by(*order)[:BATCH])
    for delivery in batch:
        delivery.tries += 1
        delivery.due_at = timezone.now() + LEASE
    WebhookDelivery.objects.bulk_update(batch, ["tries", "due_at"])
    return batch


def _send(delivery: WebhookDelivery) -> None:
    payload = json.dumps(delivery.event.data, indent=2).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(payload, settings.STRIPE_WEBHOOK_SECRET, int(time.time())),
    }
    if not connection.in_atomic_block:
        connection.close()  # others need it while the endpoint thinks
    try:
        answer = requests.post(endpoint(), data=payload, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        accepted, said = 200 <= answer.status_code < 300, f"HTTP {answer.status_code}"
    except requests.RequestException as error:
        accepted, said = False, type(error).__name__
    rows = WebhookDelivery.objects.filter(pk=delivery.pk, status=WebhookDelivery.Status.WAITING)
    if accepted:
        rows.update(status=WebhookDelivery.Status.DELIVERED, answer=said)
    elif delivery.tries > len(BACK_OFF):
        rows.update(status=WebhookDelivery.Status.FAILED, answer=said)
    else:
        rows.update(due_at=timezone.now() + timedelta(seconds=BACK_OFF[delivery.tries - 1]), answer=said)
    log.info("sandbox webhook", kind=delivery.event.data["type"], answer=said, tries=delivery.tries)


def deliver_soon() -> None:
    """Deliver in the background at once, so that nobody waits for the loop. What fails stays for the loop."""
    if _asked.is_set():
        return
    _asked.set()
    threading.Thread(target=_deliver_quietly, name="sandbox-webhooks", daemon=True).start()


def _deliver_quietly() -> None:
    _asked.clear()  # before looking: what is committed from now on needs a thread of its own
    try:
        deliver_webhooks()
    except Exception:
        log.exception("sandbox webhooks not delivered")
    finally:
        connection.close()
