"""A tenant's clock, which can be moved forward: everything that is due in between happens once, and in its order.

`core.time.now` asks `shown_at`. How far a clock is ahead is a column of the tenant, which every process has at hand.
Whoever moves it lets it stand at each moment at which something is due, does that and whatever it brings about, and
goes on. Workers leave the tenant alone meanwhile.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from shared_apps.core.db import connection
from shared_apps.core.time import real_now
from shared_apps.core.types import JsonObject
from shared_apps.events.models import Event
from shared_apps.events.timeline import abouts, entries_of
from shared_apps.sandbox.models import ClockMove
from shared_apps.tenants import routing
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from shared_apps.tenants.wake_ups import wake
from shared_apps.timers.due import Tried, next_times, work_called

FURTHEST = timedelta(days=400)  # at once
SECONDS = 20.0  # for which one request moves a clock; the next one goes on
LEASE = timedelta(seconds=60)  # after which workers take a tenant up again whose clock nobody moves on
MOST_ROUNDS = 1_000  # at one moment; more is something that brings itself about
MOST_TOLD = 500
NOT_AHEAD = timedelta(0)
SET = "UPDATE public.tenants_tenant SET clock_ahead = %s, clock_moves_until = %s WHERE schema_name = %s"


class ClockRefused(Exception):
    """The clock can't be moved so; the message says why."""


def shown_at(real: datetime) -> datetime:
    """What the clock of the present tenant shows at the moment `real`."""
    tenant = connection.tenant
    stands: datetime | None = getattr(tenant, "clock_stands_at", None)
    return stands or real + getattr(tenant, "clock_ahead", NOT_AHEAD)


def shown_to(account: str) -> datetime:
    """What the clock shows of the tenant with this payment account, or the real time. Asked in public.

    A stand-in that has a clock of its own would refuse what is dated by another one.
    """
    ahead = Tenant.objects.filter(accounts__account=account).values_list("clock_ahead", flat=True).first()
    return real_now() + (ahead or NOT_AHEAD)


def clock_of(tenant: Tenant) -> datetime:
    """What the clock of `tenant` shows now."""
    return real_now() + tenant.clock_ahead


def move_clock(tenant: Tenant, *, to: datetime | None = None, seconds: float = SECONDS) -> ClockMove:
    """Move the clock to `to`, or go on with what is not finished. After `seconds` it stops where it is.

    Not inside a transaction. Raises `ClockRefused`.
    """
    mine, move = _begin(tenant, to)
    going = _Going(mine, until=time.monotonic() + seconds)
    try:
        with tenant_context(mine):
            move.finished = going.to(move.wanted)
    finally:
        _note(move, going)
        _let_go(mine)
    return move


def reset_clock(tenant: Tenant) -> None:
    """Let the clock show the real time again. Raises `ClockRefused` if anything happened later than that."""
    with tenant_context(tenant):
        later = Event.objects.filter(created_at__gt=real_now()).exists()
    with public_context():
        if later or ClockMove.objects.filter(schema_name=tenant.schema_name, finished=False).exists():
            raise ClockRefused(
                "What has happened since is dated later than today: it would lie in the future. To begin anew, load "
                "the demo again."
            )
        Tenant.objects.filter(pk=tenant.pk).update(clock_ahead=NOT_AHEAD, clock_moves_until=None)
    _tell(tenant)


def coming(tenant: Tenant, *, most: int = 6) -> list[tuple[datetime, str]]:
    """What is due next at `tenant`: when, and what kind of work it is."""
    with tenant_context(tenant):
        return sorted((moment, name) for name, moment in next_times())[:most]


@dataclass
class _Going:
    """Time that passes at a tenant. `stuck` is what was due and could not be done, and waits until we are there."""

    tenant: Tenant
    until: float
    stuck: Tried = field(default_factory=set)
    did: Counter[str] = field(default_factory=Counter)

    def to(self, target: datetime) -> bool:
        """Let everything happen that is due until `target`; False if there was no time for all of it."""
        while due := [moment for _name, moment in next_times(without=self.stuck) if moment <= target]:
            self._stand(max(min(due), shown_at(real_now())))
            self._do_all()
            if time.monotonic() > self.until:
                return False
        self._stand(target)
        return True

    def _stand(self, moment: datetime) -> None:
        self.tenant.clock_stands_at = moment
        self.tenant.clock_ahead = moment - real_now()
        with connection.cursor() as cursor:  # for the processes that are asked by what happens, such as stand-ins
            cursor.execute(SET, [self.tenant.clock_ahead, real_now() + LEASE, self.tenant.schema_name])

    def _do_all(self) -> None:
        """Do what is due at this moment, and what that brings about. What people wait for comes last, as ever."""
        moment = self.tenant.clock_stands_at
        assert moment
        for _ in range(MOST_ROUNDS):
            due = [(at, work_called(name)) for name, at in next_times(without=self.stuck) if at <= moment]
            if not due:
                return
            for _at, work in sorted(due, key=lambda one: (one[0], one[1].prompt, one[1].name)):
                tried = Tried(self.stuck)
                self.did[work.name] += work(tried=tried, until=self.until)
                self.stuck |= work.still_due(tried - self.stuck)
            if time.monotonic() > self.until:
                return


def _begin(tenant: Tenant, to: datetime | None) -> tuple[Tenant, ClockMove]:
    """The tenant as a row of our own, whose clock nobody else moves from now on, and where to."""
    real = real_now()
    with public_context(), transaction.atomic():
        mine = Tenant.objects.select_for_update().get(pk=tenant.pk)
        if mine.clock_is_moved:
            raise ClockRefused("The clock is being moved at this moment. Wait a little.")
        shows = real + mine.clock_ahead
        move = ClockMove.objects.filter(schema_name=mine.schema_name, finished=False).first()
        if to is not None:
            if to <= shows:
                raise ClockRefused("A clock is moved forward only.")
            if to > shows + FURTHEST:
                raise ClockRefused(f"A clock is moved by {FURTHEST.days} days at most.")
            move = move or ClockMove(schema_name=mine.schema_name, since=shows, reached=shows)
            move.wanted = to
            move.save()
        if move is None:
            raise ClockRefused("Say how far the clock is to be moved.")
        mine.clock_moves_until = real + LEASE
        mine.save(update_fields=["clock_moves_until"])
    return mine, move


def _note(move: ClockMove, going: _Going) -> None:
    """Write down how far it came and what happened."""
    move.reached = going.tenant.clock_stands_at or move.reached
    move.did = dict(Counter(move.did) + going.did)
    with tenant_context(going.tenant):
        move.happened = _told(move)
    with public_context():
        move.save()


def _told(move: ClockMove) -> list[JsonObject]:
    rows = Event.objects.filter(created_at__gt=move.since, created_at__lte=move.reached).order_by("created_at", "id")
    events = list(rows[:MOST_TOLD])
    found = abouts(events)
    return [
        {
            "at": event.created_at.isoformat(), "what": entry.title, "detail": entry.detail,
            "about": found[event.subject_id].name if event.subject_id in found else "",
        }
        for event, entry in zip(events, entries_of(events), strict=True)
    ]  # fmt: skip


def _let_go(mine: Tenant) -> None:
    """Let the clock go on from where it stands, and workers do what is left."""
    ahead = mine.clock_stands_at - real_now() if mine.clock_stands_at else mine.clock_ahead
    mine.clock_stands_at = None
    with public_context():
        Tenant.objects.filter(pk=mine.pk).update(clock_ahead=ahead, clock_moves_until=None)
    _tell(mine)


def _tell(tenant: Tenant) -> None:
    with public_context():
        routing.forget(tenant)
        wake(tenant.schema_name)
