"""Money that people handle: the office records it, and hands it back itself."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.payments.models.settings import PaymentSettings
from tenant_apps.payments.providers.base import Provider


class Cash(Provider):
    name = "cash"
    label = _("Cash")


class BankTransfer(Provider):
    name = "bank_transfer"
    label = _("Bank transfer")

    @property
    def available(self) -> bool:
        return bool(PaymentSettings.objects.load().takes_bank_transfer)
