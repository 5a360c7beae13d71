"""`manage.py check_files`: whether every file in the storage has a row, and every row its file."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_apps.files.inventory import take_inventory, write_rows
from shared_apps.tenants.archive import remove_files_of, schemas_with_files
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.schemas import PREFIX, schema_exists


class Command(BaseCommand):
    """Say what is amiss with each tenant's files.

    A file without a row was kept by a former release, or its transaction was rolled back. With `--mend` it gets one
    at once, else within a day: then it counts, and goes after a day if no row names it. A row without its file is
    only told, and so is a folder whose tenant is gone, since the storage was away when it was deleted: `--remove` it.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="Write rows for files that have none")
        parser.add_argument("--remove", metavar="FOLDER", help="Remove the folder of a tenant that is gone")

    def handle(self, *args: object, mend: bool, remove: str | None, **options: object) -> None:
        with public_context():
            tenants = list(Tenant.objects.filter(status__in=[TenantStatus.ACTIVE, TenantStatus.SUSPENDED]))
            left = {
                schema for schema in schemas_with_files() if schema.startswith(PREFIX) and not schema_exists(schema)
            } - set(Tenant.objects.values_list("schema_name", flat=True))
        if remove:
            if remove not in left:
                raise CommandError(f"{remove} is not the folder of a tenant that is gone.")
            remove_files_of(remove)
            self.stdout.write(f"{remove} is removed.")
            return
        for schema in sorted(left):
            self.stdout.write(f"{schema} is the folder of a tenant that is gone. To remove it: --remove {schema}")
        for tenant in tenants:
            with tenant_context(tenant):
                self._check(tenant, mend=mend)

    def _check(self, tenant: Tenant, *, mend: bool) -> None:
        found = take_inventory()
        for path in found.not_ours:
            self.stdout.write(f"{tenant.slug}: {path!r} is not named as our files are: nobody can open it")
        for path in found.missing:
            self.stdout.write(f"{tenant.slug}: {path} is not in the storage, or not in all of its sizes")
        if mend:
            write_rows(found.without_row)
        said = "have a row now" if mend else "have no row"
        counts = f"{len(found.there)} files, {len(found.without_row)} {said}, {len(found.missing)} are missing"
        self.stdout.write(f"{tenant.slug}: {counts}")
