"""Carrying what the stand-ins tell our servers, with retries: how messages stand, and updates of chats."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

import requests
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from shared_apps.sandbox.messages.texts import advance
from shared_apps.sandbox.models import OutgoingCall, ServiceAccount
from shared_apps.sandbox.switches import switches

log = structlog.get_logger()
_asked = threading.Event()
TIMEOUT = 10  # seconds
LEASE = timedelta(seconds=60)  # after which the calls of a process that died are tried again
BACK_OFF = [2, 5, 15, 60, 300]  # seconds until the next try
BATCH = 5  # so few that all of them can time out within the lease


def tell(account: ServiceAccount, *, url: str, headers: dict[str, str], body: str, told: str) -> None:
    """Put a call on its way, in the caller's transaction. The webhook switches decide how often, when and whether."""
    faults = switches()
    status = OutgoingCall.Status.LOST if faults.webhooks_lost else OutgoingCall.Status.WAITING
    due_at = timezone.now() + timedelta(seconds=faults.webhooks_delay_seconds)
    for _ in range(2 if faults.webhooks_duplicate and not faults.webhooks_lost else 1):
        OutgoingCall.objects.create(
            account=account, url=url, headers=headers, body=body, told=told, status=status, due_at=due_at
        )
    if not faults.webhooks_delay_seconds:
        soon()


def soon() -> None:
    """Once this transaction is over, do in the background what is due."""
    if getattr(settings, "SANDBOX_INLINE_WEBHOOKS", True):
        transaction.on_commit(_in_background)


def work(now: datetime | None = None) -> int:
    """Move each text on that is due at `now`, then make each call that is. Returns how many calls were tried."""
    moment = now or timezone.now()
    while advance(moment, tell):
        pass
    tried = 0
    seen: set[UUID] = set()
    while batch := _claim(moment if now else timezone.now(), seen):
        for call in batch:
            seen.add(call.pk)
            _make(call)
            tried += 1
    return tried


@transaction.atomic
def _claim(moment: datetime, seen: set[UUID]) -> list[OutgoingCall]:
    rows = OutgoingCall.objects.select_for_update(skip_locked=True).filter(status=OutgoingCall.Status.WAITING)
    order = "-pk" if switches().webhooks_reordered else "pk"
    batch = list(rows.filter(due_at__lte=moment).exclude(pk__in=seen).order_by(order)[:BATCH])
    for call in batch:
        call.tries += 1
        call.due_at = timezone.now() + LEASE
    OutgoingCall.objects.bulk_update(batch, ["tries", "due_at"])
    return batch


def _make(call: OutgoingCall) -> None:
    if not connection.in_atomic_block:
        connection.close()  # others need it while our servers think
    try:
        answer = requests.post(
            call.url, data=call.body.encode(), headers=call.headers, timeout=TIMEOUT, allow_redirects=False
        )
        accepted, said = 200 <= answer.status_code < 300, f"HTTP {answer.status_code}"
    except (requests.RequestException, ValueError) as error:
        accepted, said = False, type(error).__name__
    rows = OutgoingCall.objects.filter(pk=call.pk, status=OutgoingCall.Status.WAITING)
    if accepted:
        rows.update(status=OutgoingCall.Status.DELIVERED, answer=said)
    elif call.tries > len(BACK_OFF):
        rows.update(status=OutgoingCall.Status.FAILED, answer=said)
    else:
        rows.update(due_at=timezone.now() + timedelta(seconds=BACK_OFF[call.tries - 1]), answer=said)
    log.info("sandbox call", told=call.told, answer=said, tries=call.tries)


def _in_background() -> None:
    if _asked.is_set():
        return
    _asked.set()
    threading.Thread(target=_quietly, name="sandbox-calls", daemon=True).start()


def _quietly() -> None:
    _asked.clear()  # before looking: what is committed from now on needs a thread of its own
    try:
        work()
    except Exception:
        log.exception("sandbox calls not made")
    finally:
        connection.close()
