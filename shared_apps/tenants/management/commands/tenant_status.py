from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_apps.core.errors import DomainError
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Tenant
from shared_apps.tenants.services import resume_tenant, suspend_tenant

CHANGES = ("resume", "suspend")


class Command(BaseCommand):
    help = "Suspend a tenant, whose site then shows a notice, or resume it. Every process knows at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("change", choices=CHANGES)
        parser.add_argument("slug")
        parser.add_argument("--reason", default="", help="Told to the owner while the site is suspended")

    def handle(self, *args: Any, **options: Any) -> None:
        with public_context():
            tenant = Tenant.objects.filter(slug=options["slug"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant called {options['slug']}.")
        try:
            if options["change"] == "suspend":
                suspend_tenant(tenant=tenant, by="the command line", reason=options["reason"][:300])
            else:
                resume_tenant(tenant=tenant, by="the command line")
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{tenant.slug} is {tenant.get_status_display()}.")
