from django.core.management.base import CommandParser

from shared_apps.operator.commands import OperatorCommand, Options, tenant_called
from shared_apps.tenants.services import add_domain


class Command(OperatorCommand):
    help = "Serve a tenant on a host of its own. Its DNS and the proxy's certificate are yours to set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("domain", help="For example book.example.org.")
        parser.add_argument("--primary", action="store_true", help="Let links lead there.")

    def work(self, options: Options) -> None:
        tenant = tenant_called(options["slug"])
        row = add_domain(tenant=tenant, domain=options["domain"], by="the command line", primary=options["primary"])
        links = "Links lead there." if row.is_primary else f"Links lead to {tenant.base_url}/ as before."
        self.stdout.write(f"{tenant.name} answers at {row.domain}. {links}")
