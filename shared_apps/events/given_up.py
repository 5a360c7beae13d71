"""What was tried so often that nobody tries it any more, until a person says so: for the office and for operators."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from shared_apps.accounts.models import User
from shared_apps.core.db import connection
from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Told, deliver, emit
from shared_apps.events.models import Delivery
from shared_apps.tenants import wake_ups
from shared_apps.timers.models import Timer
from shared_apps.timers.services import drop_given_up, take_given_up


@dataclass(frozen=True)
class GivenUp:
    """One thing: `kind` and `pk` name it, `what` was to happen because of `because`, and `error` is how it ended.

    `payload` holds the ids it is about, by name.
    """

    kind: str
    pk: UUID
    what: str
    because: str
    error: str
    since: datetime
    payload: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunAgain(DomainEvent, name="outbox.run_again", told=Told(_lazy("Tried once more by hand"), "rotate-cw")):
    """Somebody had a thing that was given up tried once more."""

    kind: str
    given_up_id: UUID


@dataclass(frozen=True, kw_only=True)
class Dropped(DomainEvent, name="outbox.dropped", told=Told(_lazy("Left undone"), "ban")):
    """Somebody said that a thing that was given up is not needed any more; the note says why."""

    kind: str
    given_up_id: UUID


class ReasonNeeded(DomainError):
    """Nobody said why something is not tried any more."""

    code = "reason_needed"
    message = _lazy("Say why it is not needed any more.")


@dataclass(frozen=True)
class Source:
    """Where such things come from: the newest of them, how many there are, how one is run again or dropped.

    `again` has it tried from the first time on, and answers what is done after the commit (None: it goes on
    elsewhere). Both raise `LookupError` for what is not there.
    """

    newest: Callable[[int], list[GivenUp]]
    count: Callable[[], int]
    again: Callable[[UUID], Callable[[], bool] | None]
    drop: Callable[[UUID], None]


_sources: dict[str, Source] = {}
MOST_SHOWN = 100
HEAD_START = timedelta(seconds=10)  # for us, before a worker takes what is run again


def source(kind: str, found: Source) -> None:
    """Add what another app gives up to the lists."""
    _sources[kind] = found


def given_up(*, limit: int = MOST_SHOWN) -> list[GivenUp]:
    """All kinds, the newest first, of each at most `limit`."""
    rows = [row for found in _sources.values() for row in found.newest(limit)]
    return sorted(rows, key=lambda row: row.since, reverse=True)


def count_given_up() -> int:
    """How many things wait for a person here."""
    return sum(found.count() for found in _sources.values())


def run_again(kind: str, pk: UUID, *, by: User | None) -> bool | None:
    """Try one more time; whether it is done now, None when it goes on elsewhere. Raises `LookupError`.

    Not inside a transaction: it may ask the outside world.
    """
    with transaction.atomic():
        emit(RunAgain(kind=kind, given_up_id=pk), by=by)
        do_it = _sources[kind].again(pk)
    if do_it is None:
        return None
    done = do_it()
    wake_ups.wake(connection.schema_name)  # whoever looked meanwhile did not see what waits from now on
    return done


@transaction.atomic
def drop(kind: str, pk: UUID, *, reason: str, by: User | None) -> None:
    """Leave it undone for good, for a `reason` that is kept. Raises `LookupError`, `ReasonNeeded`."""
    if not reason.strip():
        raise ReasonNeeded
    if kind not in _sources:
        raise LookupError(kind)
    _sources[kind].drop(pk)
    emit(Dropped(kind=kind, given_up_id=pk), by=by, note=reason.strip()[:500])


def find(kind: str, pk: UUID) -> GivenUp:
    """One of them. Raises `LookupError`."""
    found = _sources[kind].newest(MOST_SHOWN) if kind in _sources else []
    for row in found:
        if row.pk == pk:
            return row
    raise LookupError(pk)


def outcome(done: bool | None) -> str:
    """The sentence that tells what `run_again` answered."""
    if done is False:
        return _("It failed again. It is tried again automatically for some hours now.")
    return _("Done.") if done else _("It is on its way again.")


def _words(name: str) -> str:
    """What a handler or a kind of timer does, from its name."""
    return name.rsplit(".", 1)[-1].replace("_", " ").capitalize()


def _deliveries(limit: int) -> Iterator[GivenUp]:
    for row in Delivery.objects.given_up().select_related("event").order_by("-id")[:limit]:
        because = row.event.name.replace(".", " ").replace("_", " ")
        yield GivenUp(
            "delivery", row.pk, _words(row.handler), because, row.error, row.event.created_at, row.event.payload
        )


def _deliver_again(pk: UUID) -> Callable[[], bool]:
    if not Delivery.objects.given_up().filter(pk=pk).update(attempts=0, next_try_at=now() + HEAD_START):
        raise LookupError(pk)
    return partial(deliver, pk)


def _drop_delivery(pk: UUID) -> None:
    if not Delivery.objects.given_up().filter(pk=pk).update(dropped_at=now()):
        raise LookupError(pk)


source(
    "delivery",
    Source(
        lambda limit: list(_deliveries(limit)), lambda: Delivery.objects.given_up().count(), _deliver_again,
        _drop_delivery,
    ),
)  # fmt: skip


def _timers(limit: int) -> Iterator[GivenUp]:
    for row in Timer.objects.given_up().order_by("-id")[:limit]:
        ids = {"subject_id": str(row.subject_id), **row.payload} if row.subject_id else row.payload
        yield GivenUp("timer", row.pk, _words(row.kind), _("its time came"), row.error, row.due_at, ids)


source(
    "timer",
    Source(
        lambda limit: list(_timers(limit)), lambda: Timer.objects.given_up().count(), take_given_up, drop_given_up
    ),
)  # fmt: skip
