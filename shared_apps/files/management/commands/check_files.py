"""`manage.py check_files`: whether every file in the storage has a row, and every row its file."""

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser

from shared_apps.files.models import File
from shared_apps.files.paths import all_paths, is_ours
from shared_apps.files.storage import mime, walk
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant, TenantStatus


class Command(BaseCommand):
    """Say what is amiss with each tenant's files.

    A file without a row was kept by a former release, or its transaction was rolled back. With `--mend` it gets one:
    then it counts, and goes after a day if no row names it. A row without its file is only told.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="Write rows for files that have none")

    def handle(self, *args: object, mend: bool, **options: object) -> None:
        with public_context():
            tenants = list(Tenant.objects.filter(status__in=[TenantStatus.ACTIVE, TenantStatus.SUSPENDED]))
        for tenant in tenants:
            with tenant_context(tenant):
                self._check(tenant, mend=mend)

    def _check(self, tenant: Tenant, *, mend: bool) -> None:
        found = set(walk(default_storage))
        there = set(filter(is_ours, found))
        known = {name: path for path in File.objects.values_list("path", flat=True) for name in all_paths(path)}
        unknown, missing = sorted(there - known.keys()), sorted({known[name] for name in known.keys() - there})
        for path in sorted(found - there):
            self.stdout.write(f"{tenant.slug}: {path!r} is not named as our files are: nobody can open it")
        for path in missing:
            self.stdout.write(f"{tenant.slug}: {path} is not in the storage, or not in all of its sizes")
        for path in unknown if mend else ():
            File.objects.create(path=path, size=default_storage.size(path), type=mime(path))
        said = "have a row now" if mend else "have no row"
        self.stdout.write(f"{tenant.slug}: {len(there)} files, {len(unknown)} {said}, {len(missing)} are missing")
