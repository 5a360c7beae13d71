"""Work that becomes due: which rows wait until when, and what is then done with each of them.

A row that carries its own time needs no timer beside it: `DueRows` says where that time stands. A trigger wakes the
tenant at that time (`operations.WakesAt`), and `do_due_work` does whatever has become due there.
"""

import time
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog
from django.apps import apps
from django.conf import settings
from django.db.models import Exists, Model, OuterRef, QuerySet, Value

from shared_apps.core.db import connection, is_away
from shared_apps.core.time import now
from shared_apps.tenants import wake_ups
from shared_apps.tenants.features import feature_of_module, is_on
from shared_apps.timers.models import Timer
from shared_apps.timers.services import go_off, note_trouble, register, resting_kinds

log = structlog.get_logger()
SECONDS = 20.0  # for which one tenant's work goes on before another tenant's has its turn
ROUNDS = 3  # what one piece of work brings about is done too
PAUSE = timedelta(seconds=5)  # until we look again at what somebody else seems to be at
_known: dict[str, "DueRows[Any]"] = {}
Tried = set[tuple[str, UUID]]  # kinds of work, each with the row it was tried for


Item = TypeVar("Item")


@dataclass(frozen=True)
class DueRows(Generic[Item]):
    """Rows whose time comes: of those that wait (`rows`), when the time in the column `at` has come, `do` it to each.

    `do` may run twice, also at the same moment in two processes: it looks at the row again under a lock. Where it
    answers False, nothing was done. One that raises is tried again later, as a timer of this `name`, and after many
    times a person must look. `stop_when_refused`: after a False the others wait for the next time.
    """

    name: str
    rows: "Callable[[], QuerySet[Model, Item]]"
    at: str
    do: Callable[[Item], object]
    most: int = 200
    stop_when_refused: bool = False
    minds_trouble: bool = field(default=True, repr=False)  # False where failures are counted in the row itself
    prompt: bool = field(default=False, repr=False)  # a worker does it right after the commit, see `soon`

    def __post_init__(self) -> None:
        if self.name in _known:
            raise ValueError(f"Two kinds of due work are called {self.name}")
        _known[self.name] = self
        register(self.name, self._try_again, outside=True, module=self.do.__module__)

    def __call__(self, *, until: float | None = None, tried: Tried | None = None) -> int:
        """Do what is due now, the longest overdue first; how much was done. Not inside a transaction.

        After `until` no further one is begun, but one always is. What was `tried` in this turn waits for the next one.
        """
        done, tried = 0, Tried() if tried is None else tried
        mine = [pk for name, pk in tried if name == self.name]
        due = self._waiting().filter(**{f"{self.at}__lte": now()}).exclude(pk__in=mine)
        for number, item in enumerate(list(due.order_by(self.at, "pk")[: self.most])):
            if number and until is not None and time.monotonic() > until:
                break
            tried.add((self.name, key_of(item)))
            try:
                did = self.do(item) is not False
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("due work failed", work=self.name, pk=str(key_of(item)))
                note_trouble(self.name, key_of(item), error)
                continue
            done += did
            if self.stop_when_refused and not did:
                break
        return done

    @property
    def applies(self) -> bool:
        """Whether there are such rows in the present schema, and its provider has the feature that they belong to."""
        model = self.rows().model
        return is_on(feature_of_module(self.do.__module__)) and is_here(model._meta.label_lower)

    def first(self, *, without: AbstractSet[tuple[str, UUID]] = frozenset()) -> "QuerySet[Model, tuple[str, datetime]]":
        """The next time at which one is due, beside the name of this work."""
        rows = self._waiting().filter(**{f"{self.at}__isnull": False}).order_by(self.at)
        if others := [pk for name, pk in without if name == self.name]:
            rows = rows.exclude(pk__in=others)
        return rows.annotate(due_work=Value(self.name)).values_list("due_work", self.at)[:1]

    def still_due(self, tried: Tried) -> Tried:
        """Those of `tried` that are due none the less: they were refused, or somebody else is at them."""
        keys = [pk for name, pk in tried if name == self.name]
        due = self._waiting().filter(pk__in=keys, **{f"{self.at}__lte": now()}) if keys else []
        return {(self.name, key_of(item)) for item in due}

    def _waiting(self) -> "QuerySet[Model, Item]":
        rows = self.rows()
        if not self.minds_trouble:
            return rows
        return rows.filter(~Exists(Timer.objects.filter(kind=self.name, subject_id=OuterRef("pk"), fired_at=None)))

    def _try_again(self, subject: UUID) -> None:
        for item in self.rows().filter(pk=subject, **{f"{self.at}__lte": now()}):
            self.do(item)


DueRows(
    "timers.go_off", lambda: Timer.objects.waiting().exclude(kind__in=resting_kinds()).values_list("pk", flat=True),
    "next_try_at", go_off, minds_trouble=False,
)  # fmt: skip


def do_due_work(*, seconds: float = SECONDS) -> None:
    """Do what is due at the present tenant, and see to it that somebody comes for what is due next.

    Whoever is killed meanwhile leaves the wake-ups that it came for; after a while another one comes.
    """
    if getattr(connection.tenant, "clock_is_moved", False):
        return  # the wake-ups come again; whoever moves it does what is due
    woken = wake_ups.read_mine()  # first: what belongs to these is there to be seen from now on
    began, until = now(), time.monotonic() + seconds
    tried = Tried()
    rounds = 0
    while rounds < ROUNDS and _do_round(until, tried):
        rounds += 1
    hurried = rounds == ROUNDS or time.monotonic() > until
    wake_ups.settle(woken, next_at=_come_back(began, hurried=hurried))


def do_prompt_work(*, seconds: float) -> bool:
    """Do what is due of the work that should not wait, for some seconds; whether there is more of it."""
    if getattr(connection.tenant, "clock_is_moved", False):
        return False
    until, tried = time.monotonic() + seconds, Tried()
    while _do_round(until, tried, prompt_only=True):
        pass
    return time.monotonic() > until


def _do_round(until: float, tried: Tried, *, prompt_only: bool = False) -> bool:
    """Do once what is due of each kind; whether something was done, and there is time for another round.

    Each kind has an equal share of the time, and what it leaves is for those after it. So one of which there is much,
    or that is slow, keeps no other waiting. Last come those that have workers of their own: see `soon`.
    """
    names = {name for name, moment in next_times(prompt_only=prompt_only) if moment <= now()}
    due = sorted((work for name, work in _known.items() if name in names), key=lambda work: work.prompt)
    done = 0
    for others, work in zip(range(len(due), 0, -1), due, strict=True):
        began = time.monotonic()
        done += work(until=began + (until - began) / others, tried=tried)
    return bool(done) and time.monotonic() <= until


def next_times(
    *, prompt_only: bool = False, without: AbstractSet[tuple[str, UUID]] = frozenset()
) -> list[tuple[str, datetime]]:
    """What waits at the present tenant: each kind of work with the time at which its first row is due."""
    works = [
        work.first(without=without) for work in _known.values() if work.applies and (work.prompt or not prompt_only)
    ]
    if not works:
        return []
    first, *others = works
    return list(first.union(*others, all=True))


def _come_back(began: datetime, *, hurried: bool) -> datetime | None:
    moments = [moment for _, moment in next_times()]
    if not moments:
        return None
    soonest = min(moments)
    # Due before we began and still there: somebody else is at it, or there is too much for one turn.
    return max(soonest, now() + PAUSE) if soonest <= began and not hurried else max(soonest, now())


def work_called(name: str) -> "DueRows[Any]":
    """The kind of due work with this name."""
    return _known[name]


def all_due_work() -> Iterable[DueRows[Any]]:
    """Every kind of due work that there is."""
    return _known.values()


def key_of(item: Any) -> UUID:
    """The key of a row, or the key itself."""
    key: UUID = getattr(item, "pk", item)
    return key


@cache
def _shared_labels() -> frozenset[str]:
    return frozenset(app.label for app in apps.get_app_configs() if app.name in settings.SHARED_APPS)


def is_here(label: str) -> bool:
    """Whether the model `label` (app.model) has a table in the present schema."""
    return connection.schema_name != "public" or label.partition(".")[0] in _shared_labels()
