from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_apps.core.errors import DomainError
from shared_apps.tenants.models import MODULES, Tenant
from shared_apps.tenants.provisioning import create_tenant


class Command(BaseCommand):
    help = "Create a tenant with an empty schema."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--kind", choices=Tenant.Kind.values, default=Tenant.Kind.TRAINING_CENTRE)
        parser.add_argument("--country", default="GB")
        parser.add_argument("--time-zone", default="Europe/London")
        parser.add_argument("--currency", default="GBP")
        parser.add_argument("--modules", nargs="*", choices=MODULES, default=["courses"])

    def handle(self, *args: Any, **options: Any) -> None:
        fields = {key: options[key] for key in ("kind", "country", "time_zone", "currency", "modules")}
        try:
            tenant = create_tenant(name=options["name"], slug=options["slug"], **fields)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{tenant.name} is ready at {tenant.base_url}/")
