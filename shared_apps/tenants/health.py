"""Whether each tenant has all it needs. A missing table would otherwise be found by a customer."""

from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.provisioning import PREFIX


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


def missing_migrations() -> list[str]:
    """The migrations that the current schema still lacks, as `app.name`."""
    labels = {apps.get_app_config(app.rsplit(".", 1)[-1]).label for app in settings.TENANT_APPS}
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        applied = set()
        if cursor.fetchone()[0]:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    wanted = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return sorted(".".join(key) for key in wanted if key[0] in labels and key not in applied)


def check_tenant(tenant: Tenant) -> Health:
    """Look at one tenant's schema."""
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [tenant.schema_name])
        present = {row[0] for row in cursor.fetchall()}
        missing = [] if not present else missing_migrations()
        return Health(tenant.slug, sorted(tenant_tables() - present), missing)


def check_all() -> tuple[list[Health], list[str]]:
    """Every live tenant's health, and the schemas that belong to no tenant."""
    with public_context():
        tenants = list(Tenant.objects.exclude(status=TenantStatus.CLOSED))
        owned = set(Tenant.objects.values_list("schema_name", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [PREFIX])
            orphans = sorted({row[0] for row in cursor.fetchall()} - owned)
    return [check_tenant(tenant) for tenant in tenants], orphans
