"""The SQL of a tenant's schema: migrated once into a template, dumped, and replayed in one round trip.

Migrating a fresh schema takes many seconds; replaying the SQL of one that was migrated takes a
fraction of one, and does not get slower as tenants grow.
"""

import hashlib
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import structlog
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db.migrations.loader import MigrationLoader
from django_tenants.postgresql_backend.base import FakeTenant

from shared_apps.core.db import connection
from shared_apps.core.ids import uuid7
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import SchemaDump
from shared_apps.tenants.programs import run_program

log = structlog.get_logger()
TEMPLATE = "muster_template"  # one word that occurs nowhere else in a dump
PREFIX = "t_"
LOCK = "hashtext('muster template')"
_known: dict[str, str] = {}  # the SQL by fingerprint: each process reads it once


def schema_for(slug: str) -> str:
    """The schema of the tenant called `slug`."""
    return PREFIX + slug.replace("-", "_")


def schema_exists(schema: str) -> bool:
    """Whether the database has a schema of this name, whoever it belongs to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
        return cursor.fetchone() is not None


def make_schema(schema: str, sql: str) -> None:
    """Create `schema` as `sql` of the template describes it; part of the caller's transaction."""
    with connection.cursor() as cursor:
        # Without parameters psycopg sends it as one simple query: many statements, one round trip.
        cursor.cursor.execute(f"SET LOCAL search_path = '';\n{sql.replace(TEMPLATE, schema)}".encode(), prepare=False)
    connection.search_path_set_schemas = None


def prepare_template() -> None:
    """Make the dump that `template_sql` returns, if these migrations have none yet. Not inside a transaction."""
    template_sql()


def template_sql() -> str:
    """The SQL of a freshly migrated tenant, made once per set of migrations and kept in the database."""
    fingerprint = migrations_fingerprint()
    if fingerprint not in _known:
        with public_context():
            found = _stored(fingerprint) or _build(fingerprint)
        _known.clear()
        _known[fingerprint] = found
    return _known[fingerprint]


def migrations_fingerprint() -> str:
    """A hash of the text of every migration there is: of the same one, schemas are the same."""
    return _fingerprint(tuple(sorted(settings.MIGRATION_MODULES.items())))


@cache
def _fingerprint(_modules: tuple[tuple[str, str], ...]) -> str:
    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in _migration_files(app.label):
            digest.update(f"{app.label}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def migrate_here(verbosity: int = 0) -> None:
    """Django's own migrate on the present schema (django-tenants' command of that name visits all schemas)."""
    call_command(Migrate(), interactive=False, verbosity=verbosity)


def _migration_files(label: str) -> list[Path]:
    name, _ = MigrationLoader.migrations_module(label)
    try:
        folders = import_module(name).__path__ if name else []
    except ModuleNotFoundError:
        return []
    return sorted(path for folder in folders for path in Path(folder).glob("[!_~]*.py"))


def _stored(fingerprint: str) -> str | None:
    return SchemaDump.objects.filter(fingerprint=fingerprint).values_list("sql", flat=True).first()


def _build(fingerprint: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({LOCK})")
    try:
        return _stored(fingerprint) or _dump_template(fingerprint)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({LOCK})")


def _dump_template(fingerprint: str) -> str:
    log.info("building the tenant template")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {TEMPLATE} CASCADE")
        cursor.execute(f"CREATE SCHEMA {TEMPLATE}")
    with tenant_context(FakeTenant(TEMPLATE)):
        migrate_here()
    options = ("--inserts", "--no-owner", "--no-privileges", "--no-comments")
    sql = _clean(run_program("pg_dump", f"--schema={TEMPLATE}", *options, seconds=60))
    SchemaDump.objects.create(id=uuid7(), fingerprint=fingerprint, sql=sql)
    return sql


def _clean(sql: str) -> str:
    """A dump without what belongs to psql or to the session it was made for."""
    dropped = re.compile(r"^(SET |SELECT pg_catalog\.set_config|\\restrict|\\unrestrict|--|$)")
    return "\n".join(line for line in sql.split("\n") if not dropped.match(line))
