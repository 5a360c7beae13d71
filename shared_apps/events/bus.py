"""What happened, said once, heard by whoever listens.

`emit` writes the event and one delivery per handler in the caller's transaction. Workers deliver right after commit;
handlers that the answer needs (`on(…, now=True)`) run in this process. What fails is tried again with growing pauses.
Handlers may run twice and know it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import Model

from shared_apps.accounts.models import User
from shared_apps.core.db import SchemaOwner, connection
from shared_apps.core.inserts import insert
from shared_apps.core.models import Row
from shared_apps.core.time import now
from shared_apps.events.delivering import deliver, deliver_due
from shared_apps.events.kinds import DomainEvent, Find, Told, listeners_of, on
from shared_apps.events.models import Delivery, Event
from shared_apps.tenants.context import tenant_context
from shared_apps.timers.soon import work_on_commit

__all__ = ["DomainEvent", "Find", "Told", "deliver", "deliver_due", "emit", "on"]


def emit(
    event: DomainEvent, *, by: User | None = None, subject: Model | None = None, note: str = "",
    together: Sequence[Row] = (),
) -> Event:  # fmt: skip
    """Write `event` and its deliveries in the caller's transaction.

    `by` is the User who did it (None: a visitor or the system), `subject` the row it is about, which
    makes it part of that row's timeline, `note` what a person gave as the reason. What happened may be that rows are
    new: those given `together` are written with it, by the same statement.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("emit() belongs in the transaction of what happened")
    row = Event(
        name=event.name,
        version=event.version,
        payload={key: _plain(value) for key, value in asdict(event).items()},
        by_id=getattr(by, "pk", None),
        by_name=str(by) if getattr(by, "pk", None) else "",
        subject_id=getattr(subject, "pk", None),
        note=note,
    )
    listeners = listeners_of(event)
    deliveries = [
        Delivery(event=row, subject_id=row.subject_id, handler=one.name, next_try_at=now() + one.after)
        for one in listeners
    ]
    insert([*together, row, *deliveries])
    if here := [delivery.pk for delivery, one in zip(deliveries, listeners, strict=True) if one.now]:
        # What was committed is done, even if the database is gone a moment later: a worker delivers then.
        tenant = connection.tenant
        transaction.on_commit(lambda: _deliver_here(tenant, here), robust=True)  # Django can't name a `partial`
    if any(not (one.now or one.after) for one in listeners):
        work_on_commit()
    return row


def _deliver_here(tenant: SchemaOwner, keys: list[uuid.UUID]) -> None:
    with tenant_context(tenant):
        for pk in keys:
            deliver(pk)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, uuid.UUID) else value
