from django.core.management.base import BaseCommand, CommandError

from shared_apps.tenants.health import check_all


class Command(BaseCommand):
    help = "Check that every tenant has every table and migration, and that no schema is orphaned."

    def handle(self, *args: object, **options: object) -> None:
        tenants, orphans = check_all()
        for tenant in tenants:
            if tenant.well:
                self.stdout.write(f"{tenant.slug}: well")
                continue
            for kind, names in (("tables", tenant.missing_tables), ("migrations", tenant.missing_migrations)):
                if names:
                    self.stdout.write(f"{tenant.slug}: lacks {kind} {', '.join(names)}")
        for schema in orphans:
            self.stdout.write(f"{schema}: a schema without a tenant")
        if orphans or not all(tenant.well for tenant in tenants):
            raise CommandError("Not all is well.")
