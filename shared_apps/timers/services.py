"""Setting and cancelling timers, and letting one go off."""

import datetime
import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4

import structlog
from django.db import IntegrityError, models, transaction
from django.db.models import F

from shared_apps.core.db import connection, is_away
from shared_apps.core.ids import uuid7
from shared_apps.core.time import now
from shared_apps.tenants.features import feature_of_module, is_on
from shared_apps.timers.models import MOST_ATTEMPTS, Timer

log = structlog.get_logger()
LEASE = datetime.timedelta(seconds=30)  # of whoever lets one go off: then another one tries
UNKNOWN_WAITS = datetime.timedelta(minutes=10)
Handler = Callable[..., object]
UPSERT = """
INSERT INTO timers_timer (id, created_at, kind, subject_id, payload, once, due_at, next_try_at, attempts, error)
SELECT %(id)s::uuid, %(now)s::timestamptz, %(kind)s::varchar, %(subject)s::uuid, %(payload)s::jsonb, %(once)s::varchar,
    %(at)s::timestamptz, %(at)s::timestamptz, 0, ''
WHERE NOT EXISTS (SELECT FROM timers_timer WHERE once = %(once)s::varchar AND fired_at IS NOT NULL)
ON CONFLICT (kind, subject_id) WHERE fired_at IS NULL DO UPDATE SET
    payload = excluded.payload, once = excluded.once, due_at = excluded.due_at, next_try_at = excluded.next_try_at,
    attempts = 0, claim = NULL, error = '', dropped_at = NULL
"""

MANY = """
INSERT INTO timers_timer (id, created_at, kind, subject_id, payload, due_at, next_try_at, attempts, error)
SELECT id, %(now)s::timestamptz, %(kind)s::varchar, subject, '{}'::jsonb, at, at, 0, ''
FROM unnest(%(ids)s::uuid[], %(subjects)s::uuid[], %(times)s::timestamptz[]) AS row (id, subject, at)
ON CONFLICT (kind, subject_id) WHERE fired_at IS NULL DO UPDATE SET
    payload = excluded.payload, once = NULL, due_at = excluded.due_at, next_try_at = excluded.next_try_at,
    attempts = 0, claim = NULL, error = '', dropped_at = NULL
"""


@dataclass(frozen=True)
class Kind:
    """What is done when a timer of this kind goes off. `outside` a transaction: it asks the outside world."""

    name: str
    handler: Handler
    outside: bool
    module: str


@dataclass
class _Going:
    """The timer that is going off, and the time for which its own handler has set it anew."""

    timer: Timer
    again_at: datetime.datetime | None = None


class TimerChanged(Exception):
    """A timer was cancelled, moved or taken over while it went off: what its handler wrote is taken back."""


_kinds: dict[str, Kind] = {}
_going: ContextVar[_Going | None] = ContextVar("going", default=None)


def timer(kind: str, *, outside: bool = False) -> Callable[[Handler], Handler]:
    """Register what timers of `kind` do: it is called with the subject's key and the ids that were given by name.

    `kind`, "app.what_it_does", is stored with each timer, so it stays when the function moves. What the handler writes
    and that the timer has gone off are one transaction, so it happens once. With `outside` it runs in no transaction,
    for what asks the outside world, and may run twice. A handler that sets its own timer moves it.
    """

    def decorate(handler: Handler) -> Handler:
        register(kind, handler, outside=outside, module=handler.__module__)
        return handler

    return decorate


def register(kind: str, handler: Handler, *, outside: bool, module: str) -> None:
    """Let timers of `kind` call `handler`, as part of the app of `module`."""
    if kind in _kinds and _kinds[kind].handler is not handler:
        raise ValueError(f"Two kinds of timers are called {kind}")
    _kinds[kind] = Kind(kind, handler, outside, module)


def set_timer(
    kind: str, *, at: datetime.datetime, subject: models.Model | UUID | None = None, once: str = "", **ids: UUID
) -> None:
    """Do what `kind` does at the time `at`, about `subject` and with these `ids`; part of the caller's transaction.

    Of one kind and subject one timer waits: setting it again moves it. Of one `once` only one ever goes off.
    """
    key = _key_of(subject)
    if (going := _going.get()) and (going.timer.kind, going.timer.subject_id) == (kind, key):
        going.again_at = at
        return
    values: dict[str, UUID | str | datetime.datetime | None] = {
        "id": uuid7(), "now": now(), "kind": kind, "subject": key, "once": once or None, "at": at,
        "payload": json.dumps({name: str(value) for name, value in ids.items()}),
    }  # fmt: skip
    try:
        with transaction.atomic(savepoint=bool(once)), connection.cursor() as cursor:
            cursor.execute(UPSERT, values)
    except IntegrityError:
        if not once:
            raise
        log.info("timer has gone off already", kind=kind, once=once)


def set_timers(kind: str, times: Mapping[UUID, datetime.datetime | None]) -> None:
    """What `set_timer` does, for many subjects, by their keys; None takes back what was to be done. Two statements.

    Not for a timer that is going off just now.
    """
    none = [key for key, at in times.items() if at is None]
    Timer.objects.filter(kind=kind, subject_id__in=none, fired_at=None).delete()
    if set_ones := sorted((key, at) for key, at in times.items() if at is not None):
        keys, moments = zip(*set_ones, strict=True)
        with connection.cursor() as cursor:
            ids = [uuid7() for _key in keys]
            cursor.execute(
                MANY,
                {"now": now(), "kind": kind, "ids": ids, "subjects": list(keys), "times": list(moments)},
            )


def new_timer(kind: str, *, at: datetime.datetime, subject: models.Model) -> Timer:
    """A timer about a new `subject`, of which none waits yet: to be written together with it."""
    return Timer(kind=kind, subject_id=_key_of(subject), due_at=at, next_try_at=at)


def cancel_timer(kind: str, *, subject: models.Model | UUID | None = None) -> None:
    """Take back what was to be done; part of the caller's transaction. Nothing to take back is no error."""
    key = _key_of(subject)
    if (going := _going.get()) and (going.timer.kind, going.timer.subject_id) == (kind, key):
        going.again_at = None
        return
    Timer.objects.filter(kind=kind, subject_id=key, fired_at=None).delete()


def _key_of(subject: models.Model | UUID | None) -> UUID | None:
    return subject.pk if isinstance(subject, models.Model) else subject


def resting_kinds() -> list[str]:
    """The kinds whose feature the present provider has switched off."""
    return [kind.name for kind in _kinds.values() if not is_on(feature_of_module(kind.module))]


def go_off(pk: UUID) -> bool:
    """Do what the timer with this key is for, if it is due and nobody else is at it; whether it was done.

    It is taken by a lease and not by a lock: a handler locks the rows that it is about, and whoever holds those may
    set or cancel this timer at the same moment. Of two who hold it, one after the other's lease, one commits.
    """
    found = _claim(pk, uuid4())
    return found is not None and _let_go_off(found)


def _let_go_off(found: Timer) -> bool:
    """Do what `found`, which we have claimed, is for; whether it was done."""
    kind = _kinds.get(found.kind)
    if kind is None:
        _wait_for_its_handler(found)
        return False
    going = _Going(found)
    before = _going.set(going)
    try:
        if kind.outside:
            _call(kind, found)
        with transaction.atomic():
            if not kind.outside:
                _call(kind, found)
            _finish(going)
    except TimerChanged:
        return False
    except Exception as error:
        if is_away(error):
            raise
        log.exception("timer failed", kind=found.kind, timer=str(found.pk))
        _fail(found, error)
        return False
    finally:
        _going.reset(before)
    return True


def note_trouble(kind: str, subject: UUID, error: Exception) -> None:
    """What failed at a row that is due by itself is tried again by a timer of its own, with growing pauses."""
    row = Timer(
        kind=kind, subject_id=subject, due_at=now(), next_try_at=now() + pause(0), attempts=1, error=_said(error)
    )
    Timer.objects.bulk_create([row], ignore_conflicts=True)


def pause(attempts: int) -> datetime.timedelta:
    """How long to wait after so many attempts before the last one that failed: seconds at first, an hour at most."""
    return datetime.timedelta(seconds=min(3600, 5 * 2**attempts))


@transaction.atomic
def take_given_up(pk: UUID) -> Callable[[], bool]:
    """Claim one that was given up, and begin to count anew. Raises `LookupError`.

    What is answered lets it go off, and says whether it is done: to be called when this is committed. Whoever does not
    get so far leaves it to be done by itself.
    """
    found = Timer.objects.given_up().select_for_update().filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    found.attempts = 0
    return partial(_let_go_off, _taken(found, uuid4()))


def drop_given_up(pk: UUID) -> None:
    """Leave one that was given up undone, and the row alone that is due by itself. Raises `LookupError`."""
    if not Timer.objects.given_up().filter(pk=pk).update(dropped_at=now()):
        raise LookupError(pk)


def _claim(pk: UUID, claim: UUID) -> Timer | None:
    with transaction.atomic():
        due = Timer.objects.waiting().select_for_update(skip_locked=True).filter(pk=pk, next_try_at__lte=now())
        found = due.first()
        if found is None:
            return None
        return _taken(found, claim)


def _taken(found: Timer, claim: UUID) -> Timer:
    found.claim, found.attempts, found.next_try_at = claim, found.attempts + 1, now() + LEASE
    found.save(update_fields=["claim", "attempts", "next_try_at"])
    return found


def _call(kind: Kind, found: Timer) -> None:
    ids = {name: UUID(value) for name, value in found.payload.items()}
    kind.handler(*([found.subject_id] if found.subject_id else []), **ids)


def _finish(going: _Going) -> None:
    mine = Timer.objects.filter(pk=going.timer.pk, claim=going.timer.claim, fired_at=None)
    if going.again_at:
        again = going.again_at
        done = mine.update(due_at=again, next_try_at=again, attempts=0, claim=None, error="")
    else:
        done = mine.update(fired_at=now(), claim=None, error="")
    if not done:
        raise TimerChanged


def _fail(found: Timer, error: Exception) -> None:
    Timer.objects.filter(pk=found.pk, claim=found.claim).update(
        claim=None, error=_said(error), next_try_at=now() + pause(found.attempts - 1)
    )
    if found.attempts == MOST_ATTEMPTS:
        log.error("timer given up", kind=found.kind, timer=str(found.pk))


def _wait_for_its_handler(found: Timer) -> None:
    """Keep what another release has set; it has not failed."""
    log.error("timer without a handler", kind=found.kind)
    Timer.objects.filter(pk=found.pk, claim=found.claim).update(
        claim=None, error=f"Nothing here is called {found.kind}", attempts=F("attempts") - 1,
        next_try_at=now() + UNKNOWN_WAITS,
    )  # fmt: skip


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:1000]
