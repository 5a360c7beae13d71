"""What happened, said once, heard by whoever listens.

`emit` writes the event and one delivery per handler in the caller's transaction. Right after commit
the deliveries run in this process; what fails or dies with it is retried with back-off by periodic work.
Handlers may run twice and know it.
"""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import structlog
from django.db import transaction
from django.db.models import F, QuerySet

from shared_apps.accounts.models import User
from shared_apps.core.db import connection
from shared_apps.core.time import now
from shared_apps.events.models import MOST_ATTEMPTS, Delivery, Event
from shared_apps.tenants.context import tenant_context
from shared_apps.timers.due import DueRows
from shared_apps.timers.retention import forget

log = structlog.get_logger()
UNKNOWN_WAITS = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class Told:
    """How an event reads in a timeline: its title, its icon (of lucide), and the tone of that."""

    title: Any
    icon: str = "circle-dot"
    tone: str = "muted"


Find = Callable[[str], Any]  # the row that a payload names by a key such as "refund_id"; None where it is gone


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Something that happened, in the past tense, by ids only.

    A subclass says its name, `name="booking.cancelled"`, and how it is `told`; `told_new` where its payload says
    that a record was `made`. `about_money` is for those who see money, and whoever is not named in an event
    `by_visitor` was a visitor.
    """

    name: ClassVar[str]
    told: ClassVar[Told | None] = None
    told_new: ClassVar[Told | None] = None
    about_money: ClassVar[bool] = False
    by_visitor: ClassVar[bool] = False
    by_name: ClassVar[dict[str, type["DomainEvent"]]] = {}

    def __init_subclass__(
        cls, name: str, told: Told | None = None, told_new: Told | None = None, about_money: bool = False,
        by_visitor: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init_subclass__(**kwargs)
        cls.name, cls.told, cls.told_new = name, told, told_new
        cls.about_money, cls.by_visitor = about_money, by_visitor
        DomainEvent.by_name[name] = cls

    @classmethod
    def amount(cls, payload: dict[str, Any], find: Find) -> str:
        """The sum that it is about, in words, or nothing."""
        return ""

    @classmethod
    def details(cls, payload: dict[str, Any], find: Find) -> list[str]:
        """What a timeline says of it besides its title, note, reason and changed fields."""
        return []


Handler = Callable[[Any], None]


@dataclass(frozen=True)
class Listener:
    """A handler under the `name` that is stored with its deliveries; it runs `after` a while (zero: at once)."""

    name: str
    handler: Handler
    when: Callable[[Any], bool]
    after: datetime.timedelta


_listeners: dict[str, dict[str, Listener]] = {}  # by the event's name and the handler's, of today or earlier


def on(
    *events: type[DomainEvent], name: str, when: Callable[[Any], bool] = lambda event: True,
    after: datetime.timedelta = datetime.timedelta(0), formerly: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:  # fmt: skip
    """Register a handler of `events`, of those that satisfy `when`; with `after` periodic work runs it that much later.

    `name`, "app.what_it_does", is stored with each delivery, so it stays when the function moves. `formerly` are
    names it had: what waits under them still finds it.
    """

    def register(handler: Handler) -> Handler:
        listener = Listener(name, handler, when, after)
        for event in events:
            known = _listeners.setdefault(event.name, {})
            if name in known and known[name].handler is not handler:
                raise ValueError(f"Two handlers of {event.name} are called {name}")
            # Before handlers had names, the function's path was stored.
            for alias in (name, f"{handler.__module__}.{handler.__qualname__}", *formerly):
                known[alias] = listener
        return handler

    return register


def emit(event: DomainEvent, *, by: User | None = None, subject: Any = None, note: str = "") -> Event:
    """Write `event` and its deliveries in the caller's transaction.

    `by` is the User who did it (None: a visitor or the system), `subject` the row it is about, which
    makes it part of that row's timeline, `note` what a person gave as the reason.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("emit() belongs in the transaction of what happened")
    row = Event.objects.create(
        name=event.name,
        payload={key: _plain(value) for key, value in asdict(event).items()},
        by_id=getattr(by, "pk", None),
        by_name=str(by) if getattr(by, "pk", None) else "",
        subject_id=getattr(subject, "pk", None),
        note=note,
    )
    listeners = {one.name: one for one in _listeners.get(event.name, {}).values() if one.when(event)}
    deliveries = Delivery.objects.bulk_create(
        [Delivery(event=row, handler=one.name, next_try_at=now() + one.after) for one in listeners.values()]
    )
    ids = [delivery.pk for delivery in deliveries if not listeners[delivery.handler].after]
    if ids:
        tenant = connection.tenant

        def run() -> None:
            with tenant_context(tenant):
                for pk in ids:
                    deliver(pk)

        # What was committed is done, even if the database is gone a moment later: periodic work delivers then.
        transaction.on_commit(run, robust=True)
    return row


def deliver(pk: uuid.UUID) -> bool:
    """Run one delivery if it is still due and nobody else has it; whether it succeeded."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .filter(pk=pk, done_at=None)
            .first()
        )
        if delivery is None:
            return False
        listener = _listeners.get(delivery.event.name, {}).get(delivery.handler)
        if listener is None or delivery.event.name not in DomainEvent.by_name:
            _wait_for_its_handler(delivery)
            return False
        try:
            with transaction.atomic():
                listener.handler(_load(delivery.event))
        except Exception as error:
            log.exception("delivery failed", handler=delivery.handler, event_name=delivery.event.name)
            wait = datetime.timedelta(seconds=min(3600, 5 * 2**delivery.attempts))
            Delivery.objects.filter(pk=pk).update(
                attempts=F("attempts") + 1, error=f"{type(error).__name__}: {error}"[:1000], next_try_at=now() + wait
            )
            if delivery.attempts + 1 == MOST_ATTEMPTS:
                log.error("delivery given up", delivery=str(pk), handler=delivery.handler)
            return False
        Delivery.objects.filter(pk=pk).update(done_at=now(), attempts=F("attempts") + 1, error="")
        return True


def _wait_for_its_handler(delivery: Delivery) -> None:
    """Keep what another release wrote, or what waits for a handler that was renamed; it has not failed."""
    log.error("delivery without a handler", handler=delivery.handler, event_name=delivery.event.name)
    error = f"Nothing here is called {delivery.handler}"
    Delivery.objects.filter(pk=delivery.pk).update(error=error, next_try_at=now() + UNKNOWN_WAITS)


# Runs every delivery whose time has come; how many succeeded. After many failures a person must look.
deliver_due = DueRows(
    "events.deliver", lambda: Delivery.objects.waiting().values_list("pk", flat=True), "next_try_at", deliver, most=500,
    minds_trouble=False,
)  # fmt: skip


@forget("deliveries that were made")
def old_deliveries(before: datetime.datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(done_at__lt=before)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value


def _load(event: Event) -> DomainEvent:
    kind = DomainEvent.by_name[event.name]
    types = {field.name: field.type for field in fields(kind)}
    values = {
        key: uuid.UUID(value) if value and types.get(key) in (uuid.UUID, "UUID", "uuid.UUID") else value
        for key, value in event.payload.items()
        if key in types
    }
    return kind(**values)
