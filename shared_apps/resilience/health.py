"""Whether this process can serve, as a load balancer should know it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.core.cache import caches
from django.db.migrations.loader import MigrationLoader

from shared_apps.core.db import connection
from shared_apps.resilience.pooler import UnsafePooler, require_safe_pooler
from shared_apps.resilience.postgres.base import set_limits

log = structlog.get_logger()
PATIENCE = 2  # seconds to connect, and for each answer
MOST_SKEW = 60  # seconds between our clock and the database's
Probe = Callable[[psycopg.Connection], bool]
_probes: dict[str, Probe] = {}
IN_FORCE = "SELECT name, setting::int FROM pg_settings WHERE name = ANY(%s)"


@dataclass
class Readiness:
    """What a start and every request need, by name. `redis` is told and does not count."""

    needs: dict[str, bool] = field(default_factory=dict)
    redis: bool = False

    @property
    def ready(self) -> bool:
        return all(self.needs.values())

    def as_dict(self) -> dict[str, str | bool]:
        return {"status": "ok" if self.ready else "unavailable", **self.needs, "redis": self.redis}


def probe(name: str) -> Callable[[Probe], Probe]:
    """Register a function that says, given a connection in autocommit, whether `name` is as this process needs it."""

    def register(function: Probe) -> Probe:
        _probes[name] = function
        return function

    return register


def readiness() -> Readiness:
    """Look at everything, on a connection of our own: the pool's may all be lent, which is load and not ill health.

    Not ready: Postgres does not answer, lacks a migration of ours, ignores our time limits, is a minute ahead of
    our clock or behind it, or is behind a pooler that mixes up tenants; or what an app has registered with `probe`.
    Without Redis we are ready, because bookings and sign-ins go on: taking every process out of the rotation
    would make a small loss a total one.
    """
    needs = dict.fromkeys(("database", "pooler", "clock", "limits", "migrations", *_probes), False)
    try:
        params = own_params()
        try:
            require_safe_pooler(params, anew=True)
            needs["pooler"] = True
        except UnsafePooler:
            pass  # it is in the log; the rest is told as well
        with psycopg.connect(**params) as line:
            needs["database"] = True
            needs["limits"] = _limits_hold(line)
            line.execute(f"SET statement_timeout = {PATIENCE * 1000}")
            [(database_time,)] = line.execute("SELECT clock_timestamp()").fetchall()
            needs["clock"] = abs((datetime.now(UTC) - database_time).total_seconds()) < MOST_SKEW
            applied = set(line.execute("SELECT app, name FROM public.django_migrations").fetchall())
            needs["migrations"] = wanted_migrations() <= applied
            for name, asks in _probes.items():
                needs[name] = asks(line)
    except psycopg.Error as error:
        log.warning("not ready", error=str(error))
    return Readiness(needs, redis=_redis_answers())


@cache
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this code was written for, as `(app, name)`.

    Read from the files once: ask before a server forks, lest a later process reads the next release's files.
    """
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def own_params() -> dict[str, Any]:
    """What psycopg needs for a connection of our own, in autocommit, that gives up soon."""
    others = {"pool", "cursor_factory", "context"}
    params = {name: value for name, value in connection.get_connection_params().items() if name not in others}
    return params | {"autocommit": True, "connect_timeout": PATIENCE}


def _limits_hold(line: psycopg.Connection) -> bool:
    """Whether our time limits are in force when they are set as on every other connection."""
    set_limits(line)
    wanted = settings.DATABASE_LIMITS
    return dict(line.execute(IN_FORCE, [list(wanted)]).fetchall()) == wanted


def _redis_answers() -> bool:
    caches["default"].get("readyz")
    return not getattr(caches["default"], "is_away", False)
