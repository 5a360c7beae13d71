from django.core.management.base import CommandParser

from shared_apps.operator.commands import OperatorCommand, Options
from shared_apps.operator.services import found_tenant
from shared_apps.tenants.models import FEATURES, Tenant


class Command(OperatorCommand):
    help = "Create a tenant with an empty schema, and email its owner a link that sets their password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True, help="What the provider is called.")
        parser.add_argument("--owner-email", required=True, help="Who gets the link.")
        parser.add_argument("--owner-name", default="")
        parser.add_argument("--kind", choices=Tenant.Kind.values, default=Tenant.Kind.TRAINING_CENTRE)
        parser.add_argument("--country", default="GB", help="Two letters; GB.")
        parser.add_argument("--time-zone", default="Europe/London", help="For example Africa/Nairobi; Europe/London.")
        parser.add_argument("--currency", default="GBP", help="Three letters; GBP.")
        parser.add_argument("--features", nargs="*", choices=FEATURES, default=["courses"])

    def work(self, options: Options) -> None:
        names = ("slug", "name", "owner_email", "owner_name", "kind", "country", "time_zone", "currency", "features")
        tenant = found_tenant(**{name: options[name] for name in names})
        self.stdout.write(f"{tenant.name} is ready at {tenant.base_url}/")
        self.stdout.write(f"{options['owner_email']} is its owner and gets a link to set a password.")
