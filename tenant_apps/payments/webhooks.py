"""The inbox: a genuine event is stored first, then processed once, by asking the provider how things stand."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from celery import shared_task
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest

from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.given_up import GivenUp, Source, source
from shared_apps.tenants.accounts import is_account_of
from shared_apps.tenants.context import current_tenant
from shared_apps.timers.due import DueRows
from shared_apps.timers.retention import forget
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.errors import ForgedWebhook, ProviderError, ProviderUnavailable
from tenant_apps.payments.models import ProviderEvent, ProviderEventStatus
from tenant_apps.payments.providers import online_provider
from tenant_apps.payments.providers.base import Concern, Incoming
from tenant_apps.payments.sending import compare_refunds
from tenant_apps.payments.services import hear_of_payment

log = structlog.get_logger()
MOST_ATTEMPTS = 8


def receive(request: HttpRequest, *, provider: str) -> ProviderEvent:
    """Verify and store the event in `request`, which arrived at this tenant. Raises `ForgedWebhook`.

    An event of another tenant's account is as good as forged here, whatever its signature.
    """
    incoming = online_provider(provider).verify(request)
    if not is_account_of(current_tenant(), provider=provider, account=incoming.account):
        raise ForgedWebhook("an event of another account")
    return store(incoming, provider=provider)


def store(incoming: Incoming, *, provider: str) -> ProviderEvent:
    """Store a genuine event of this tenant's account, to be processed; one that is known already is left as it is."""
    event = ProviderEvent(provider=provider, event_id=incoming.event_id, kind=incoming.kind, payload=incoming.payload)
    with transaction.atomic():
        ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
        process_event.delay_on_commit(incoming.event_id, provider)
    return event


@shared_task(name="payments.process_event")
def process_event(event_id: str, provider: str) -> None:
    """Process the stored event that `provider` calls `event_id`."""
    event = ProviderEvent.objects.filter(provider=provider, event_id=event_id).first()
    if event is not None:
        process(event.pk)


def process(pk: UUID) -> None:
    """Do what a stored event calls for. The provider is asked how the money stands, so order does not matter."""
    event = ProviderEvent.objects.filter(pk=pk, status=ProviderEventStatus.RECEIVED).first()
    if event is None:
        return
    wait = timedelta(seconds=min(3600, 10 * 2**event.attempts))
    mine = ProviderEvent.objects.filter(pk=pk, status=ProviderEventStatus.RECEIVED, attempts=event.attempts)
    if not mine.update(attempts=F("attempts") + 1, next_try_at=now() + wait):
        return  # another worker is at it
    door = online_provider(event.provider)
    concern = door.concern_of(event.kind)
    if concern == Concern.NOTHING:
        _finish(event, ProviderEventStatus.PROCESSED)
        return
    if concern == Concern.ACCOUNT:
        _look_at_account(event)
        return
    payment = door.find_payment(event.payload)
    if payment is None:
        # Perhaps it came before our own write, perhaps it is of something we did not start.
        if event.attempts + 1 >= MOST_ATTEMPTS:
            log.error("a webhook found no payment", kind=event.kind, event_id=event.event_id)
            _finish(event, ProviderEventStatus.FAILED)
        return
    try:
        payment = hear_of_payment(payment, page=door.page_in(event.payload))
        if concern == Concern.REFUND:
            compare_refunds(payment)
        if concern == Concern.DISPUTE:
            write_down_dispute(payment, door.dispute_in(payment, event.payload))
    except ProviderError as error:
        ProviderEvent.objects.filter(pk=pk).update(error=str(error.why)[:500])
        if not isinstance(error, ProviderUnavailable) and event.attempts + 1 >= MOST_ATTEMPTS:
            log.error("a webhook could not be processed", kind=event.kind, event_id=event.event_id)
            _finish(event, ProviderEventStatus.FAILED)
        return
    _finish(event, ProviderEventStatus.PROCESSED)


def _look_at_account(event: ProviderEvent) -> None:
    """Somebody took our access away at the provider: it is asked, as an old event may come late."""
    door = online_provider(event.provider)
    with suppress(ProviderError):  # what it learns about the account is noted where the answer is read
        door.check_account()
    _finish(event, ProviderEventStatus.PROCESSED)


@transaction.atomic
def _finish(event: ProviderEvent, status: str) -> None:
    event = ProviderEvent.objects.select_for_update().get(pk=event.pk)
    if event.status != ProviderEventStatus.RECEIVED:
        return
    move(event, "status", status, by=None, processed_at=now())


def _given_up(limit: int) -> list[GivenUp]:
    rows = ProviderEvent.objects.filter(status=ProviderEventStatus.FAILED).order_by("-id")[:limit]
    what = "Take in what the payment provider said"
    return [
        GivenUp("webhook", row.pk, what, row.kind, row.error or "It belongs to no payment of ours", row.created_at)
        for row in rows
    ]


def _process_again(pk: UUID) -> None:
    event = ProviderEvent.objects.filter(pk=pk, status=ProviderEventStatus.FAILED).first()
    if event is None:
        raise LookupError(pk)
    move(event, "status", ProviderEventStatus.RECEIVED, by=None, attempts=0, next_try_at=now(), processed_at=None)
    process_event.delay_on_commit(event.event_id, event.provider)


@transaction.atomic
def _drop(pk: UUID) -> None:
    event = ProviderEvent.objects.filter(pk=pk, status=ProviderEventStatus.FAILED).first()
    if event is None:
        raise LookupError(pk)
    move(event, "status", ProviderEventStatus.PROCESSED, by=None)


source(
    "webhook",
    Source(
        _given_up, lambda: ProviderEvent.objects.filter(status=ProviderEventStatus.FAILED).count(), _process_again,
        _drop,
    ),
)  # fmt: skip


# Processes what was stored and not done, because a worker was away or a payment was not known yet.
process_due_events = DueRows(
    "payments.process_event",
    lambda: ProviderEvent.objects.filter(status=ProviderEventStatus.RECEIVED).values_list("pk", flat=True),
    "next_try_at", process,
)  # fmt: skip


@forget("webhooks that were processed")
def old_events(before: datetime) -> QuerySet[ProviderEvent]:
    return ProviderEvent.objects.filter(status=ProviderEventStatus.PROCESSED, processed_at__lt=before)
