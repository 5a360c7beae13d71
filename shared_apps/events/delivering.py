"""Bringing events to their handlers: each delivery once, those of one subject to one handler in their order."""

import datetime
import uuid

import structlog
from django.db import transaction
from django.db.models import F, QuerySet

from shared_apps.core.time import now
from shared_apps.events.kinds import find_listener, load
from shared_apps.events.models import MOST_ATTEMPTS, Delivery
from shared_apps.timers.due import DueRows
from shared_apps.timers.retention import forget

log = structlog.get_logger()
UNKNOWN_WAITS = datetime.timedelta(minutes=10)
BEHIND = datetime.timedelta(seconds=5)  # until we look again whether the one before has arrived


def deliver(pk: uuid.UUID) -> bool:
    """Run one delivery if it is still due and nobody else has it; whether it succeeded.

    Then follow those that have waited for it: of the same handler, about the same subject.
    """
    done = _deliver(Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk))
    last = done
    while last is not None:
        last = _deliver(_behind(last))
    return done is not None


def _deliver(chosen: QuerySet[Delivery]) -> Delivery | None:
    """Run the first of `chosen`, locked ones, that waits; it, if it succeeded."""
    with transaction.atomic():
        delivery = chosen.select_related("event").filter(done_at=None, dropped_at=None).first()
        if delivery is None:
            return None
        listener = find_listener(delivery.event, delivery.handler)
        if listener is None:
            _wait_for_its_handler(delivery)
            return None
        if before := _in_front_of(delivery):
            # Whoever delivers that one goes on with this one, so this is for when they fail or die.
            later = max(before.next_try_at, now() + BEHIND)
            Delivery.objects.filter(pk=delivery.pk).update(next_try_at=later)
            return None
        try:
            with transaction.atomic():
                listener.handler(load(delivery.event))
        except Exception as error:
            log.exception("delivery failed", handler=delivery.handler, event_name=delivery.event.name)
            wait = datetime.timedelta(seconds=min(3600, 5 * 2**delivery.attempts))
            Delivery.objects.filter(pk=delivery.pk).update(
                attempts=F("attempts") + 1, error=f"{type(error).__name__}: {error}"[:1000], next_try_at=now() + wait
            )
            if delivery.attempts + 1 == MOST_ATTEMPTS:
                log.error("delivery given up", delivery=str(delivery.pk), handler=delivery.handler)
            return None
        Delivery.objects.filter(pk=delivery.pk).update(done_at=now(), attempts=F("attempts") + 1, error="")
        return delivery


def _in_front_of(delivery: Delivery) -> Delivery | None:
    """What must arrive before `delivery`: one that was given up or dropped keeps nobody waiting."""
    if delivery.subject_id is None:
        return None
    same = Delivery.objects.waiting().filter(handler=delivery.handler, subject_id=delivery.subject_id)
    return same.filter(pk__lt=delivery.pk).order_by("-pk").first()


def _behind(delivery: Delivery) -> QuerySet[Delivery]:
    """The next one that `delivery` may have kept waiting, locked; who just looks whether it may go is waited for."""
    rows = Delivery.objects.waiting().filter(
        handler=delivery.handler, subject_id=delivery.subject_id, pk__gt=delivery.pk, attempts=0
    )
    listener = find_listener(delivery.event, delivery.handler)
    if delivery.subject_id is None or listener is None:
        return rows.none()
    rows = rows.filter(event__created_at__lte=now() - listener.after)
    return rows.order_by("pk").select_for_update(of=("self",))


def _wait_for_its_handler(delivery: Delivery) -> None:
    """Keep what another release wrote, or what waits for a handler that was renamed; it has not failed."""
    log.error("delivery without a handler", handler=delivery.handler, event_name=delivery.event.name)
    error = f"Nothing here is called {delivery.handler}"
    Delivery.objects.filter(pk=delivery.pk).update(error=error, next_try_at=now() + UNKNOWN_WAITS)


# Runs every delivery whose time has come; how many succeeded. After many failures a person must look.
deliver_due = DueRows(
    "events.deliver", lambda: Delivery.objects.waiting().values_list("pk", flat=True), "next_try_at", deliver, most=500,
    minds_trouble=False, prompt=True,
)  # fmt: skip


@forget("deliveries that were made")
def old_deliveries(before: datetime.datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(done_at__lt=before)
