"""One tenant is migrated while its SQL is written down; the others get that SQL in one round trip each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.backends.ddl_references import Statement
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations.executor import MigrationExecutor
from django_tenants.postgresql_backend.base import FakeTenant
from psycopg import sql

from shared_apps.core.db import connection
from shared_apps.tenants.context import public_context, tenant_context

# What a schema's history is known by. Schemas of one digest have had the very same migrations.
DIGEST = "md5(coalesce(string_agg(app || '.' || name, ',' ORDER BY app, name), ''))"
# Tenants are in use meanwhile: rather fail, and try again, than make their pages wait behind us.
LIMITS = "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '15min';"
# The check makes sure that two who migrate the same tenant do not both do it, whatever has become of other locks.
BEGINNING = """
SET LOCAL search_path = {schema};
LOCK TABLE django_migrations IN SHARE ROW EXCLUSIVE MODE;
DO $muster$ BEGIN
    IF (SELECT {digest} FROM django_migrations) <> {before} THEN
        RAISE EXCEPTION 'somebody else is migrating this tenant';
    END IF;
END $muster$;
"""
RECORD = "INSERT INTO django_migrations (app, name, applied) VALUES ({app}, {name}, now());"
NOTE = """
INSERT INTO public.tenants_schemastate (id, created_at, tenant_id, fingerprint, status, error, changed_at)
SELECT gen_random_uuid(), now(), id, {fingerprint}, {status}, {error}, now()
FROM public.tenants_tenant WHERE schema_name = ANY({schemas})
ON CONFLICT (tenant_id) DO UPDATE
SET fingerprint = excluded.fingerprint, status = excluded.status, error = excluded.error, changed_at = now()
WHERE (tenants_schemastate.fingerprint, tenants_schemastate.status, tenants_schemastate.error)
    IS DISTINCT FROM (excluded.fingerprint, excluded.status, excluded.error)
"""


@dataclass(frozen=True)
class Script:
    """What brings any schema with the history `before` to the present migrations."""

    before: str
    text: str
    migrations: list[tuple[str, str]]
    portable: bool  # False: it names the schema it was written down in


class WritingEditor(DatabaseSchemaEditor):
    """Does what it is asked, and writes down the SQL with which it was done."""

    statements: list[str]

    def execute(self, statement: Statement | str, params: Sequence[object] | None = ()) -> None:
        if params is not None:
            statement = connection.ops.compose_sql(str(statement), params)
        self.statements.append(str(statement).rstrip().rstrip(";"))
        super().execute(statement, None)


def write_down(schema: str, before: str, fingerprint: str) -> Script:
    """Migrate `schema` in one transaction, which also notes that it was done. Returns the SQL of it.

    Every migration that is missing must be atomic.
    """
    statements: list[str] = []
    with tenant_context(FakeTenant(schema)), transaction.atomic():
        _run(LIMITS + _beginning(schema, before))
        executor: Any = MigrationExecutor(connection)  # its stubs are of another Django
        had = set(executor.loader.applied_migrations)
        state = executor._create_project_state(with_applied_migrations=True)
        for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
            editor = WritingEditor(connection)
            editor.statements = statements
            with editor:
                state = migration.apply(state, editor)
            # What is checked at the end of a transaction is checked here, as if this were one.
            editor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", None)
            executor.record_migration(migration)
        executor.check_replacements()
        migrations = sorted(set(executor.recorder.applied_migrations()) - had)
        _run(_note([schema], fingerprint))
    text = "\n;\n".join(statements)
    return Script(before, text, migrations, portable=schema not in text)


def play(script: Script, schema: str, fingerprint: str) -> None:
    """Do to `schema` what the script says, all of it or nothing, and note that it was done."""
    recorded = [_merge(RECORD, app=sql.Literal(app), name=sql.Literal(name)) for app, name in script.migrations]
    parts = [LIMITS, _beginning(schema, script.before), script.text, ";", *recorded, _note([schema], fingerprint)]
    with public_context(), transaction.atomic():
        _run("\n".join(parts))


def note(schemas: list[str], fingerprint: str, *, error: str = "") -> None:
    """Write down how it went: migrated, or failed with `error`. What is known already is not written again."""
    with public_context():
        _run(_note(schemas, fingerprint, error=error))


def _beginning(schema: str, before: str) -> str:
    return _merge(BEGINNING, schema=sql.Identifier(schema), digest=sql.SQL(DIGEST), before=sql.Literal(before))


def _note(schemas: list[str], fingerprint: str, *, error: str = "") -> str:
    values = {"fingerprint": fingerprint, "status": "failed" if error else "migrated", "error": error}
    literals = {name: sql.Literal(value) for name, value in values.items()}
    return _merge(NOTE, schemas=sql.Literal(schemas), **literals)


def _merge(text: str, *args: sql.Composable, **parts: sql.Composable) -> str:
    connection.ensure_connection()
    return sql.SQL(text).format(*args, **parts).as_string(connection.connection)


def _run(text: str) -> None:
    """Many statements in one round trip, as psycopg sends them when there are no parameters."""
    with connection.cursor() as cursor:
        cursor.cursor.execute(text.encode(), prepare=False)  # many statements in one can't be
