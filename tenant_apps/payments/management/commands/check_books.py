"""`manage.py check_books`: whether the ledger says what the documents of each order say."""

from django.core.management.base import BaseCommand, CommandParser

from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant, TenantStatus
from tenant_apps.payments.models import Order
from tenant_apps.payments.standing import books_checked, orders_with_unknown_documents, write_missing_entries


class Command(BaseCommand):
    """Write the entries that the ledger lacks, of orders, payments, refunds, credits and disputes.

    They are missing of what a former release wrote while this one was being rolled out. With `--all` every order is
    posted again, and not only those that lack something at first sight.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="Post every order again")

    def handle(self, *args: object, all: bool, **options: object) -> None:
        with public_context():
            tenants = list(Tenant.objects.filter(status__in=[TenantStatus.ACTIVE, TenantStatus.SUSPENDED]))
        for tenant in tenants:
            with tenant_context(tenant):
                self._check(tenant, everything=all)

    def _check(self, tenant: Tenant, *, everything: bool) -> None:
        orders = Order.objects.order_by("pk").values_list("pk", flat=True)
        mended = 0
        for pk in list(orders) if everything else orders_with_unknown_documents():
            if missing := write_missing_entries(pk):
                mended += 1
                number = Order.objects.get(pk=pk).number
                self.stdout.write(f"{tenant.slug}: order {number}: {missing} entries were missing and are written")
        books_checked()
        self.stdout.write(f"{tenant.slug}: {orders.count()} orders, {mended} of them mended")
