from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_apps.tenants.restoring import NotRestored, restore_tenant


class Command(BaseCommand):
    help = "Bring back a tenant out of an archive that backup_tenant has written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="If the tenant exists, put its present rows and files aside."
        )

    def handle(self, *args: object, archive: Path, replace: bool, **options: object) -> None:
        try:
            tenant, aside = restore_tenant(archive, replace=replace)
        except NotRestored as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{tenant.name} is back at {tenant.base_url}/ and {tenant.get_status_display()}.")
        if aside:
            self.stdout.write(f"What it replaced is kept: schema {aside}, and the folder of files of that name.")
