import os
import pwd
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_apps.core.time import now
from shared_apps.tenants.archive import write_archive
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.programs import ProgramFailed


class Command(BaseCommand):
    help = (
        "Write a tenant's rows, domains and uploaded files to one archive, <slug>-<time in UTC>.tar."
        " It holds personal data: only you may read it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="*")
        parser.add_argument("--all", action="store_true", help="Every tenant that is not closed, one after the other.")
        parser.add_argument("--folder", type=Path, default=Path(), help="Where to write; the present folder.")

    def handle(self, *args: object, slug: list[str], all: bool, folder: Path, **options: object) -> None:
        if all == bool(slug):
            raise CommandError("Name tenants, or say --all.")
        make_folder(folder.absolute())
        failed = [tenant.slug for tenant in self._tenants(slug) if not self._write(tenant, folder)]
        if failed:
            raise CommandError(f"No backup was made of {', '.join(failed)}.")

    def _tenants(self, slugs: list[str]) -> list[Tenant]:
        with public_context():
            if not slugs:
                return list(Tenant.objects.exclude(status=TenantStatus.CLOSED).order_by("slug"))
            found = list(Tenant.objects.filter(slug__in=slugs))
        if unknown := set(slugs) - {tenant.slug for tenant in found}:
            raise CommandError(f"There is no tenant called {', '.join(sorted(unknown))}.")
        return found

    def _write(self, tenant: Tenant, folder: Path) -> bool:
        """Write one archive; of many tenants, one that fails stops none of the others."""
        path = folder / f"{tenant.slug}-{now():%Y%m%dT%H%M%SZ}.tar"
        try:
            write_archive(tenant, path)
        except (ProgramFailed, OSError) as error:
            self.stderr.write(f"{tenant.slug}: {error}")
            return False
        self.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
        return True


def make_folder(folder: Path) -> None:
    """Archives can be written in `folder` afterwards. Raises CommandError, which says how to make it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = "is no folder" if folder.exists() else f"is not there and can't be made ({error.strerror})"
    else:
        if os.access(folder, os.W_OK | os.X_OK):
            return
        why = "can't be written by this user"
    try:
        user = pwd.getpwuid(os.geteuid()).pw_name  # not $USER: `deploy/manage` changes the user
    except KeyError:
        user = str(os.geteuid())
    raise CommandError(f"{folder} {why}. As root, make it for {user}: install -d -m 700 -o {user} {folder}")
