"""`manage.py check_books`: whether the ledger says what the documents of each order say."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shared_apps.core.time import now
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from tenant_apps.payments.models import Order
from tenant_apps.payments.standing import write_missing_entries


class Command(BaseCommand):
    """Compare the ledger with every order, payment, refund, credit and dispute, and write the entries that are missing.

    Entries are missing of what a former release wrote while this one was being rolled out.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, help="Only orders that were made in so many days")

    def handle(self, *args: Any, **options: Any) -> None:
        with public_context():
            tenants = list(Tenant.objects.active())
        for tenant in tenants:
            with tenant_context(tenant):
                self._check(tenant, options["days"])

    def _check(self, tenant: Tenant, days: int | None) -> None:
        orders = Order.objects.order_by("pk")
        if days is not None:
            orders = orders.filter(created_at__gte=now() - timedelta(days=days))
        mended = 0
        for pk, number in orders.values_list("pk", "number").iterator():
            if missing := write_missing_entries(pk):
                mended += 1
                self.stdout.write(f"{tenant.slug}: order {number}: {missing} entries were missing and are written")
        self.stdout.write(f"{tenant.slug}: {orders.count()} orders, {mended} of them mended")
