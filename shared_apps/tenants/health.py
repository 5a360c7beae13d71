"""Whether each tenant has all it needs. A missing table would otherwise be found by a customer."""

from dataclasses import dataclass, field

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from shared_apps.resilience.health import probe
from shared_apps.tenants import schemas, spares
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import SpareSchema, Tenant, TenantStatus

# A tenant that was brought to a later release counts as migrated, so that the processes of this release stay ready
# while the next one migrates. Releases are in the order in which their templates were dumped.
NOT_MIGRATED = """
    SELECT count(*) FROM public.tenants_tenant AS tenant
    LEFT JOIN public.tenants_schemastate AS state ON state.tenant_id = tenant.id
    LEFT JOIN public.tenants_schemadump AS theirs ON theirs.fingerprint = state.fingerprint
    LEFT JOIN public.tenants_schemadump AS ours ON ours.fingerprint = %(ours)s
    WHERE tenant.status <> 'closed'
    AND (state.fingerprint = %(ours)s AND state.status = 'migrated' OR theirs.created_at > ours.created_at) IS NOT TRUE
"""


@probe("tenants")
def tenants_are_migrated(line: psycopg.Connection) -> bool:
    """Whether `migrate_tenants` has brought every tenant to the migrations that this process was written for."""
    [(behind,)] = line.execute(NOT_MIGRATED, {"ours": schemas.migrations_fingerprint()}).fetchall()
    return bool(behind == 0)


@dataclass
class Health:
    """What is wrong with one tenant; nothing, if it is well."""

    slug: str
    missing_tables: list[str] = field(default_factory=list)
    missing_migrations: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not (self.missing_tables or self.missing_migrations)


def tenant_tables() -> set[str]:
    """The tables a tenant's schema must have."""
    names = {apps.get_app_config(app.rsplit(".", 1)[-1]).label for app in settings.TENANT_APPS}
    return {
        model._meta.db_table
        for label in names
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def wanted_migrations() -> set[tuple[str, str]]:
    """The migrations that every tenant must have had, as `(app, name)`."""
    labels = {apps.get_app_config(app.rsplit(".", 1)[-1]).label for app in settings.TENANT_APPS}
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {key for key in loader.disk_migrations if key[0] in labels}


def check_tenant(tenant: Tenant, wanted: set[tuple[str, str]] | None = None) -> Health:
    """Look at one tenant's schema; `wanted` is given by whoever looks at many."""
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [tenant.schema_name])
        present = {row[0] for row in cursor.fetchall()}
        applied: set[tuple[str, str]] = set()
        if "django_migrations" in present:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    wanted = wanted_migrations() if wanted is None else wanted
    missing = sorted(".".join(key) for key in wanted - applied) if present else []
    return Health(tenant.slug, sorted(tenant_tables() - present), missing)


def check_all() -> tuple[list[Health], list[str]]:
    """Every live tenant's health, and the schemas that belong to no tenant and are not kept as a spare."""
    with public_context():
        tenants = list(Tenant.objects.exclude(status=TenantStatus.CLOSED))
        owned = set(Tenant.objects.values_list("schema_name", flat=True))
        owned |= set(SpareSchema.objects.values_list("schema_name", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) OR starts_with(nspname, %s)",
                [schemas.PREFIX, spares.PREFIX],
            )
            orphans = sorted({row[0] for row in cursor.fetchall()} - owned)
    wanted = wanted_migrations()
    return [check_tenant(tenant, wanted) for tenant in tenants], orphans
