"""Bringing every tenant to the present migrations, quickly, while all of them are in use.

Tenants are grouped by the migrations they have had. When all that a group lacks is SQL, it is made
once and replayed; else each tenant is migrated the ordinary way. One that fails stops nobody.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django_tenants.postgresql_backend.base import FakeTenant

from shared_apps.core.db import connection
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.recorded_migration import DIGEST, Script, note, play, write_down
from shared_apps.tenants.schemas import migrate_here, migrations_fingerprint

AT_ONCE = 100  # schemas asked in one query, and served by one connection: it never forgets a table it has seen
ROUNDS = 3  # how often a tenant is tried whose tables were in use
NO_HISTORY = ""


@dataclass(frozen=True)
class Group:
    """Schemas that have had the very same migrations, and what they lack."""

    history: str
    schemas: list[str]
    lacks: list[Migration]

    @property
    def as_sql(self) -> bool:
        """Whether SQL that is written down at one of them will do for all."""
        return bool(self.history) and all(_is_sql(migration) for migration in self.lacks)

    def names(self) -> list[str]:
        """What they lack, as `app.name`."""
        return [f"{migration.app_label}.{migration.name}" for migration in self.lacks]


@dataclass
class Outcome:
    """How it went. `failed` tells why by schema."""

    migrated: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)  # had everything already
    failed: dict[str, str] = field(default_factory=dict)


def migrate(schemas: Sequence[str], *, tell: Callable[[str], object] = lambda _: None) -> Outcome:
    """Bring each of `schemas` to the present migrations, and store how it went.

    A schema is migrated in one transaction when it is done as SQL, else in one for each migration.
    Schemas whose tables stay in use are tried again at the end. `tell` hears of each.
    """
    outcome = Outcome()
    for last in (False,) * (ROUNDS - 1) + (True,):
        in_use = []
        for group in groups(schemas):
            if group.lacks:
                in_use += _migrate_group(group, outcome, tell, last=last)
            else:
                outcome.current += group.schemas
        if not in_use:
            break
        schemas = in_use
    note(outcome.current, migrations_fingerprint())
    return outcome


def groups(schemas: Sequence[str]) -> Iterator[Group]:
    """The schemas by what they lack; those that lack nothing, too."""
    by_history: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(schemas), AT_ONCE):
        some = schemas[start : start + AT_ONCE]
        found = histories(some)
        for schema in some:
            by_history[found.get(schema, NO_HISTORY)].append(schema)
    for history, alike in by_history.items():
        yield Group(history, alike, missing(alike[0]))


def histories(schemas: Sequence[str]) -> dict[str, str]:
    """A digest of the migrations that each schema has had, in one query. Schemas without any are left out."""
    with public_context(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " WHERE relname = 'django_migrations' AND relkind = 'r' AND nspname = ANY(%s)",
            [list(schemas)],
        )
        one = "SELECT '{0}', {1} FROM \"{0}\".django_migrations"
        queries = [one.format(schema, DIGEST) for (schema,) in cursor.fetchall()]
        if not queries:
            return {}
        cursor.execute(" UNION ALL ".join(queries))
        return dict(cursor.fetchall())


def missing(schema: str) -> list[Migration]:
    """The migrations that `schema` lacks, in the order in which they are to be applied."""
    with tenant_context(FakeTenant(schema)):
        executor = MigrationExecutor(connection)
        executor.loader.check_consistent_history(connection)
        recorded = executor.recorder.applied_migrations()
        squashed = executor.loader.replacements.items()
        done_in_parts = [one for key, one in squashed if key not in recorded and set(one.replaces) <= recorded.keys()]
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return [*done_in_parts, *(migration for migration, _ in plan)]


def _migrate_group(group: Group, outcome: Outcome, tell: Callable[[str], object], *, last: bool) -> list[str]:
    """Migrate all of the group; returns those that might go well a moment later."""
    fingerprint, script, in_use = migrations_fingerprint(), None, []
    for number, schema in enumerate(group.schemas):
        if number % AT_ONCE == AT_ONCE - 1 and not connection.in_atomic_block:
            connection.close()
        try:
            script = _migrate_one(schema, group, script, fingerprint)
            outcome.migrated.append(schema)
            tell(f"{schema}: migrated")
        except Exception as error:
            _drop_broken_connection()
            if not last and _is_in_use(error):
                in_use.append(schema)
                continue
            outcome.failed[schema] = str(error).strip()
            note([schema], fingerprint, error=str(error).strip() or repr(error))
            tell(f"{schema}: {str(error).strip()}")
    return in_use


def _migrate_one(schema: str, group: Group, script: Script | None, fingerprint: str) -> Script | None:
    if not group.history:
        raise RuntimeError("The schema is missing, or was never migrated.")
    if not group.as_sql:
        with tenant_context(FakeTenant(schema)):
            migrate_here()
        note([schema], fingerprint)
        return None
    if script is None or not script.portable:
        return write_down(schema, group.history, fingerprint)
    play(script, schema, fingerprint)
    return script


def _is_sql(migration: Migration) -> bool:
    # Migrations of the platform's own apps do nothing at a tenant but be recorded.
    return not _is_for_tenants(migration.app_label) or (migration.atomic and all(map(_reduces, migration.operations)))


def _is_for_tenants(label: str) -> bool:
    return apps.get_app_config(label).name in settings.TENANT_APPS


def _reduces(operation: Operation) -> bool:
    return operation.reduces_to_sql and all(map(_reduces, getattr(operation, "database_operations", [])))


def _is_in_use(error: Exception) -> bool:
    return getattr(error.__cause__ or error, "sqlstate", "") in ("55P03", "40P01")  # a lock timeout, a deadlock


def _drop_broken_connection() -> None:
    if connection.connection is not None and not connection.in_atomic_block and not connection.is_usable():
        connection.close()
