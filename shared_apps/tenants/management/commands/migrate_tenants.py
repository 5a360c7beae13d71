from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.health import missing_migrations
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.provisioning import migrate_here, template_sql


class Command(BaseCommand):
    help = "Bring public, the template and every tenant to the present migrations. A failing tenant stops nobody."

    def handle(self, *args: Any, **options: Any) -> None:
        with public_context():
            migrate_here(options["verbosity"])
            template_sql()
            tenants = list(Tenant.objects.exclude(status=TenantStatus.CLOSED))
        failed = []
        for tenant in tenants:
            with tenant_context(tenant):
                if not missing_migrations():
                    continue
                try:
                    migrate_here()
                    self.stdout.write(f"{tenant.slug}: migrated")
                except Exception as error:
                    failed.append(tenant.slug)
                    self.stderr.write(f"{tenant.slug}: {error}")
                    connection.close()
        if failed:
            raise CommandError(f"Not migrated: {', '.join(failed)}. Mend the cause and run this again.")
