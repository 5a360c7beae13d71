from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_apps.core.errors import DomainError
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Tenant
from shared_apps.tenants.services import resume_tenant, suspend_tenant

CHANGES = {"suspend": suspend_tenant, "resume": resume_tenant}


class Command(BaseCommand):
    help = "Suspend a tenant, whose site then shows a notice, or resume it. Every process knows at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("change", choices=sorted(CHANGES))
        parser.add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        with public_context():
            tenant = Tenant.objects.filter(slug=options["slug"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant called {options['slug']}.")
        try:
            CHANGES[options["change"]](tenant=tenant, by="the command line")
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{tenant.slug} is {tenant.get_status_display()}.")
