"""Money that people handle: the office records it."""

from tenant_apps.branding.models import Settings
from tenant_apps.payments.models import Refund
from tenant_apps.payments.providers.base import Provider, Returned


class Manual(Provider):
    """The office gives the money back by hand; recording the refund is all there is to do."""

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
