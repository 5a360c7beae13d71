"""Money that arrives at the bank: the office records it, and sends it back itself."""

from tenant_apps.payments.models.settings import PaymentSettings
from tenant_apps.payments.providers.bank_transfer import texts
from tenant_apps.payments.providers.bank_transfer.settings import BankTransferForm
from tenant_apps.payments.providers.base import Provider, Standing


class BankTransfer(Provider):
    """Money that comes to a bank account, which the office writes down."""

    name = "bank_transfer"
    label = texts.LABEL
    settings_form = BankTransferForm

    @property
    def available(self) -> bool:
        return bool(PaymentSettings.objects.load().takes_bank_transfer)

    def standing(self) -> Standing:
        return Standing(texts.TAKEN, "success") if self.available else Standing(texts.NOT_TAKEN, "muted")
