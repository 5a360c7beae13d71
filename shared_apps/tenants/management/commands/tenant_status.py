from django.core.management.base import BaseCommand, CommandError, CommandParser

from shared_apps.core.errors import DomainError
from shared_apps.core.states import Actor, why_not
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.services import resume_tenant, suspend_tenant, tell_why_suspended

CHANGES = {"resume": TenantStatus.ACTIVE, "suspend": TenantStatus.SUSPENDED}
BY = "the command line"


class Command(BaseCommand):
    help = (
        "Suspend a tenant, whose site then shows a notice, or resume it. Every process knows at once."
        " Suspending one that is suspended already gives its owner another reason."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("change", choices=sorted(CHANGES))
        parser.add_argument("slug")
        parser.add_argument("--reason", default="", help="Told to the owner while the site is suspended")

    def handle(self, *args: object, change: str, slug: str, reason: str, **options: object) -> None:
        with public_context():
            tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None:
            raise CommandError(f"There is no tenant called {slug}.")
        try:
            self.stdout.write(self._change(tenant, CHANGES[change], reason[:300]))
        except DomainError as error:
            raise CommandError(error.message) from error

    def _change(self, tenant: Tenant, to: TenantStatus, reason: str) -> str:
        """Do what was asked and say what is so now. Raises CommandError when nothing changes, and says why."""
        present = f"{tenant.slug} is {tenant.get_status_display()}"
        if tenant.status == to:
            if not reason or to != TenantStatus.SUSPENDED:
                raise CommandError(f"{present} already.")
            tell_why_suspended(tenant=tenant, by=BY, reason=reason)
            return f"{present} already. Its owner is told the new reason."
        if why_not(tenant, "status", to, acting=Actor.COMMAND_LINE):
            raise CommandError(f"{present} and can't be made {to.label}.")
        if to == TenantStatus.SUSPENDED:
            suspend_tenant(tenant=tenant, by=BY, reason=reason)
        else:
            resume_tenant(tenant=tenant, by=BY)
        return f"{tenant.slug} is {tenant.get_status_display()}."
