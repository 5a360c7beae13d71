from django.core.management.base import CommandParser

from shared_apps.operator.commands import OperatorCommand, Options, tenant_called
from shared_apps.operator.services import invite_owner


class Command(OperatorCommand):
    help = "Make somebody an owner of a tenant, and email them a link that sets their password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def work(self, options: Options) -> None:
        tenant = tenant_called(options["slug"])
        invite_owner(tenant=tenant, email=options["email"], name=options["name"])
        self.stdout.write(f"{options['email']} is an owner of {tenant.name} and gets a link by email.")
