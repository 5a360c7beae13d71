"""Making a tenant: its row, and its schema from a cached dump in one round trip.

Migrating a fresh schema takes many seconds; replaying the SQL of one that was migrated takes a
fraction of one, and does not get slower as tenants grow.
"""

import hashlib
import re
import subprocess
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import IntegrityError, transaction
from django.db.migrations.loader import MigrationLoader
from django_tenants.postgresql_backend.base import FakeTenant

from config.embedded import postgres_programs
from shared_apps.core.db import connection
from shared_apps.core.hooks import Hook
from shared_apps.core.ids import uuid7
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.tenants import routing
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.errors import SlugReserved, SlugTaken
from shared_apps.tenants.models import Domain, SchemaDump, Tenant, TenantStatus

log = structlog.get_logger()
TEMPLATE = "muster_template"  # one word that occurs nowhere else in a dump
PREFIX = "t_"

# Called with `tenant`, in its schema: the apps above put in what a tenant begins with.
tenant_made = Hook()


def schema_for(slug: str) -> str:
    """The schema of the tenant called `slug`."""
    return PREFIX + slug.replace("-", "_")


def create_tenant(*, name: str, slug: str, **fields: Any) -> Tenant:
    """A working tenant with an empty schema, reachable by slug and on its subdomain.

    All in one transaction: a failure leaves neither row nor schema. Raises `SlugReserved`,
    `SlugTaken`, or ValidationError for a malformed slug.
    """
    if slug in routing.RESERVED:
        raise SlugReserved
    Tenant._meta.get_field("slug").clean(slug, None)
    with public_context():
        sql = template_sql()
        try:
            with transaction.atomic():
                tenant = Tenant.objects.create(name=name, slug=slug, schema_name=schema_for(slug), **fields)
                host = f"{slug}.{settings.BASE_DOMAIN}"
                Domain.objects.create(domain=host, tenant=tenant, verified_at=now())
                make_schema(tenant.schema_name, sql)
                with tenant_context(tenant):
                    tenant_made(tenant=tenant)
                move(tenant, TenantStatus.ACTIVE)
        except (IntegrityError, ValidationError) as error:
            raise SlugTaken from error
        routing.forget(tenant)
        log.info("tenant created", slug=slug)
        return Tenant.objects.get(pk=tenant.pk)


def make_schema(schema: str, sql: str) -> None:
    """Create `schema` as `sql` of the template describes it; part of the caller's transaction."""
    statements = re.sub(rf"\b{TEMPLATE}\b", schema, sql)
    with connection.cursor() as cursor:
        # Without parameters psycopg sends it as one simple query: many statements, one round trip.
        cursor.cursor.execute(f"SET LOCAL search_path = '';\n{statements}".encode())
    connection.search_path_set_schemas = None


def template_sql() -> str:
    """The SQL of a freshly migrated tenant, made once per set of migrations and kept in the database."""
    fingerprint = migrations_fingerprint()
    dump = SchemaDump.objects.filter(fingerprint=fingerprint).first()
    if dump is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('muster template'))")
        try:
            dump = SchemaDump.objects.filter(fingerprint=fingerprint).first() or _dump_template(fingerprint)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('muster template'))")
    return dump.sql


def migrations_fingerprint() -> str:
    """A hash of every migration's text that a tenant's schema is made of."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    labels = {app.rsplit(".", 1)[-1] for app in settings.TENANT_APPS}
    digest = hashlib.sha256()
    for key in sorted(loader.disk_migrations):
        if key[0] in labels:
            module = Path(__import__(loader.disk_migrations[key].__module__, fromlist=["_"]).__file__ or "")
            digest.update(repr(key).encode() + module.read_bytes())
    return digest.hexdigest()


def migrate_here(verbosity: int = 0) -> None:
    """Django's own migrate on the present schema (django-tenants' command of that name visits all schemas)."""
    call_command(Migrate(), interactive=False, verbosity=verbosity)


def _dump_template(fingerprint: str) -> SchemaDump:
    log.info("building the tenant template")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {TEMPLATE} CASCADE")
        cursor.execute(f"CREATE SCHEMA {TEMPLATE}")
    with tenant_context(FakeTenant(TEMPLATE)):
        migrate_here()
    return SchemaDump.objects.create(id=uuid7(), fingerprint=fingerprint, sql=_clean(_pg_dump(TEMPLATE)))


def _pg_dump(schema: str) -> str:
    command = [_pg_dump_binary(), "--schema", schema, "--inserts", "--no-owner", "--no-privileges", "--no-comments"]
    database = connection.settings_dict
    env = {
        "PGHOST": database["HOST"], "PGPORT": str(database["PORT"] or ""), "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"], "PGDATABASE": database["NAME"],
    }  # fmt: skip
    done = subprocess.run(command, env={k: v for k, v in env.items() if v}, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"pg_dump failed: {done.stderr.strip()}")
    return done.stdout


def _pg_dump_binary() -> str:
    return settings.PG_DUMP or str(postgres_programs() / "pg_dump")


def _clean(sql: str) -> str:
    """A dump without what belongs to psql or to the session it was made for."""
    dropped = re.compile(r"^(SET |SELECT pg_catalog\.set_config|\\restrict|\\unrestrict|--|$)")
    return "\n".join(line for line in sql.splitlines() if not dropped.match(line))
