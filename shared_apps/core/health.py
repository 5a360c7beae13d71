"""Whether this process can serve, as a load balancer should know it."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg
import structlog
from django.core.cache import caches
from django.db.migrations.loader import MigrationLoader

from shared_apps.core.db import connection
from shared_apps.core.pooler import keeps_the_schema

log = structlog.get_logger()
PATIENCE = 2  # seconds to connect, and for each answer
MOST_SKEW = 60  # seconds between our clock and the database's


@dataclass
class Readiness:
    """What a start and every request need. `redis` is told and does not count."""

    database: bool = False
    migrations: bool = False
    clock: bool = False
    pooler: bool = False
    redis: bool = False

    @property
    def ready(self) -> bool:
        return self.database and self.migrations and self.clock and self.pooler

    def as_dict(self) -> dict[str, Any]:
        return {"status": "ok" if self.ready else "unavailable", **asdict(self)}


def readiness() -> Readiness:
    """Look at everything, on a line of our own: the pool's may all be lent, which is load and not ill health.

    Not ready: Postgres does not answer, lacks a migration of ours, is a minute ahead of our clock or behind
    it, or is behind a pooler that mixes up tenants. Without Redis we are ready, because bookings and
    sign-ins go on: taking every process out of the rotation would make a small loss a total one.
    """
    state = Readiness(redis=_redis_answers())
    try:
        with _line() as line:
            state.database = True
            [(database_time,)] = line.execute("SELECT clock_timestamp()").fetchall()
            state.clock = abs((datetime.now(UTC) - database_time).total_seconds()) < MOST_SKEW
            applied = set(line.execute("SELECT app, name FROM public.django_migrations").fetchall())
            state.migrations = _wanted() <= applied
        state.pooler = _pooler_is_safe()
    except psycopg.Error as error:
        log.warning("not ready", error=str(error))
    return state


def _line() -> "psycopg.Connection[Any]":
    params = {name: value for name, value in connection.get_connection_params().items() if name != "pool"}
    params.pop("cursor_factory", None)
    params.pop("context", None)
    params |= {"autocommit": True, "connect_timeout": PATIENCE}
    line = psycopg.connect(**params)
    line.execute(f"SET statement_timeout = {PATIENCE * 1000}")
    return line


@cache
def _wanted() -> set[tuple[str, str]]:
    """The migrations that this code was written for."""
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


_proven_safe = False


def _pooler_is_safe() -> bool:
    """Asked until it is proven once: what stands between us and Postgres does not change under a running process."""
    global _proven_safe
    if not _proven_safe:
        _proven_safe = keeps_the_schema(_line)
        if not _proven_safe:
            log.error("an unsafe pooler: use session mode, or track_extra_parameters=search_path with PostgreSQL 18")
    return _proven_safe


def _redis_answers() -> bool:
    caches["default"].get("readyz")
    return not getattr(caches["default"], "is_away", False)
