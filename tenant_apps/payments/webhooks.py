"""The inbox: a genuine event is stored first, then processed once, by asking the provider how things stand."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.tenants.sweeps import sweeps
from tenant_apps.payments import tasks
from tenant_apps.payments.errors import ProviderUnavailable
from tenant_apps.payments.models import ProviderEvent, ProviderEventStatus
from tenant_apps.payments.providers import online_provider
from tenant_apps.payments.services import refresh_payment

log = structlog.get_logger()
MOST_ATTEMPTS = 8


def receive(request: HttpRequest, *, provider: str) -> ProviderEvent:
    """Verify and store the event in `request`; one that is known already is left as it is. Raises `ForgedWebhook`."""
    incoming = online_provider(provider).verify(request)
    event = ProviderEvent(provider=provider, event_id=incoming.event_id, kind=incoming.kind, payload=incoming.payload)
    with transaction.atomic():
        ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
        tasks.process_event.ring(incoming.event_id, provider)
    return event


def process(pk: UUID) -> None:
    """Do what a stored event calls for. The provider is asked how the payment stands, so order does not matter."""
    event = ProviderEvent.objects.filter(pk=pk, status=ProviderEventStatus.RECEIVED).first()
    if event is None:
        return
    wait = timedelta(seconds=min(3600, 10 * 2**event.attempts))
    ProviderEvent.objects.filter(pk=pk).update(attempts=F("attempts") + 1, next_try_at=now() + wait)
    payment = online_provider(event.provider).find_payment(event.payload)
    if payment is None:
        # Perhaps it came before our own write, perhaps it is of something we did not start.
        if event.attempts + 1 >= MOST_ATTEMPTS or not _is_about_payments(event):
            _finish(
                event, ProviderEventStatus.PROCESSED if not _is_about_payments(event) else ProviderEventStatus.FAILED
            )
        return
    try:
        refresh_payment(payment)
    except ProviderUnavailable as error:
        ProviderEvent.objects.filter(pk=pk).update(error=error.message)
        return
    _finish(event, ProviderEventStatus.PROCESSED)


def _is_about_payments(event: ProviderEvent) -> bool:
    return event.kind.split(".")[0] in {"checkout", "payment_intent"}


def _finish(event: ProviderEvent, status: str) -> None:
    with transaction.atomic():
        event = ProviderEvent.objects.select_for_update().get(pk=event.pk)
        if event.status == ProviderEventStatus.RECEIVED:
            move(event, status, processed_at=now())
            if status == ProviderEventStatus.FAILED:
                log.error("a webhook found no payment", kind=event.kind, event_id=event.event_id)


@sweeps
def process_due_events() -> None:
    """Process what was stored and not done, because a worker was away or a payment was not known yet."""
    due = ProviderEvent.objects.filter(status=ProviderEventStatus.RECEIVED, next_try_at__lte=now())
    for pk in due.order_by("id").values_list("pk", flat=True)[:200]:
        process(pk)
