from django.core.management.base import CommandError, CommandParser

from shared_apps.operator.commands import OperatorCommand, Options, tenant_called
from shared_apps.tenants.services import delete_tenant


class Command(OperatorCommand):
    help = "Delete a tenant with everything it has, for good. Make a backup first: backup_tenant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--confirm", metavar="SLUG", help="The slug once more, instead of being asked for it.")
        parser.add_argument("--noinput", "--no-input", action="store_true", help="Never ask: needs --confirm.")

    def work(self, options: Options) -> None:
        tenant, typed = tenant_called(options["slug"]), options["confirm"]
        if typed is None and not options["noinput"]:
            self.stdout.write(f"{tenant.name}, all its bookings, people, payments and files will be gone for good.")
            typed = input("Type its slug to delete it: ").strip()
        if typed != tenant.slug:
            raise CommandError(
                f"Nothing was deleted. To delete {tenant.slug}, type that, or say --confirm {tenant.slug}."
            )
        delete_tenant(tenant=tenant, by="the command line")
        self.stdout.write(f"{tenant.slug} is deleted.")
