"""Money that people handle: the office records it."""

from tenant_apps.branding.models import Settings
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.payments.providers.base import Outcome, Provider, Returned, Snapshot


class Manual(Provider):
    manual = True

    def look_up(self, payment: Payment) -> Snapshot:
        return Snapshot(Outcome.OPEN)

    def close(self, payment: Payment) -> Snapshot:
        return Snapshot(Outcome.CANCELLED)

    def refund(self, refund: Refund) -> Returned:
        return Returned(reference=f"manual-{refund.pk}", done=True)


class Cash(Manual):
    name = "cash"
    label = "Cash"


class BankTransfer(Manual):
    name = "bank_transfer"
    label = "Bank transfer"

    @property
    def available(self) -> bool:
        return bool(Settings.objects.load().takes_bank_transfer)
