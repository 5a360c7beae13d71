"""`manage.py check_seats`: whether sessions count their seats as bookings and offers have them."""

from django.core.management.base import BaseCommand, CommandError

from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from tenant_apps.bookings.seat_check import mend_claims, miscounted, sessions_with_odd_claims


class Command(BaseCommand):
    """Let each booking have just its claim on seats, and name the sessions whose counters are not the sums of theirs.

    Claims are missing, or left over, of what a former release wrote while this one was being rolled out.
    """

    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        with public_context():
            tenants = list(Tenant.objects.active())
        wrong = 0
        for tenant in tenants:
            with tenant_context(tenant):
                wrong += self._check(tenant)
        if wrong:
            raise CommandError(f"{wrong} sessions count other seats than there are claims")

    def _check(self, tenant: Tenant) -> int:
        mended = sum(mend_claims(session_id) for session_id in sessions_with_odd_claims())
        wrong = miscounted()
        for found in wrong:
            self.stdout.write(
                f"{tenant.slug}: session {found.session_id} counts {found.seats_taken} seats, "
                f"{found.seats_confirmed} confirmed, its claims {found.claimed} and {found.claimed_confirmed}"
            )
        self.stdout.write(f"{tenant.slug}: {mended} claims mended, {len(wrong)} sessions miscounted")
        return len(wrong)
