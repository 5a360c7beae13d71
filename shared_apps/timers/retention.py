"""What is not kept for ever: each app says which rows, `settings.KEPT_DAYS` for how many days.

Events, transitions and money stay. Once a day each tenant is tidied, at an hour of its own.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Model, QuerySet

from shared_apps.core.db import is_away
from shared_apps.core.time import now
from shared_apps.timers.due import is_here
from shared_apps.timers.models import Timer

log = structlog.get_logger()
BATCH = 1000  # rows in one transaction
SECONDS = 60.0  # for one tenant and day; what is left over goes tomorrow
Rows = Callable[[datetime], "QuerySet[Model]"]
Remove = Callable[[list[UUID]], None]
Look = Callable[[], int]
_rules: list["Rule"] = []
_looks: dict[str, tuple[str, Look]] = {}


@dataclass(frozen=True)
class Rule:
    """Rows that are too old: deleted, mostly, or, with `emptied`, left with these fields as given there."""

    name: str
    rows: Rows
    remove: Remove | None = None
    emptied: dict[str, object] = field(default_factory=dict)

    @property
    def before(self) -> datetime:
        """What was over before this moment is too old."""
        return now() - timedelta(days=settings.KEPT_DAYS[self.name])

    def keep(self, *, until: float) -> int:
        """Do away with what is too old, a batch after the other; how many rows."""
        done = 0
        while time.monotonic() < until:
            rows = self.rows(self.before)
            keys = list(rows.values_list("pk", flat=True)[:BATCH])
            batch = rows.model._base_manager.filter(pk__in=keys)
            if self.remove:
                self.remove(keys)
            elif self.emptied:
                batch.update(**self.emptied)
            else:
                batch.delete()
            done += len(keys)
            if len(keys) < BATCH:
                break
        return done


def forget(name: str, *, remove: Remove | None = None, **emptied: object) -> Callable[[Rows], Rows]:
    """Register rows that are deleted, or with `emptied` only lose what these fields held, `KEPT_DAYS[name]` later.

    The function gets the moment before which what was over is too old. `remove` does away with the rows of a batch
    itself, such as those that have something elsewhere, too: it gets their keys.
    """
    if name not in settings.KEPT_DAYS:
        raise ValueError(f"settings.KEPT_DAYS does not say how long {name} are kept")

    def decorate(rows: Rows) -> Rows:
        _rules.append(Rule(name, rows, remove, emptied))
        return rows

    return decorate


def look_daily(name: str, model: type[Model]) -> Callable[[Look], Look]:
    """Register a function that is run once a day wherever `model` has a table, before what is too old goes.

    It says of how much it has found something out.
    """

    def decorate(look: Look) -> Look:
        _looks[name] = (model._meta.label_lower, look)
        return look

    return decorate


def tidy(*, seconds: float = SECONDS) -> dict[str, int]:
    """Do away with what is too old at the present tenant, or in public; how many rows of each kind."""
    done: dict[str, int] = {}
    until = time.monotonic() + seconds
    work = [(name, look) for name, (label, look) in _looks.items() if is_here(label)]
    work += [
        (rule.name, partial(rule.keep, until=until))
        for rule in _rules
        if is_here(rule.rows(now()).model._meta.label_lower)
    ]
    for name, do in work:
        try:
            done[name] = done.get(name, 0) + do()
        except Exception as error:
            if is_away(error):
                raise
            log.exception("could not be tidied", rule=name)
    return done


@forget("timers that have gone off")
def old_timers(before: datetime) -> QuerySet[Timer]:
    return Timer.objects.filter(fired_at__lt=before)
