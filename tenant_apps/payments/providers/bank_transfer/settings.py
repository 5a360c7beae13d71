"""What the office chooses about bank transfers."""

from shared_apps.events.timeline import name_fields
from tenant_apps.payments.providers.bank_transfer import texts
from tenant_apps.payments.providers.forms import ProviderForm

name_fields({"takes_bank_transfer": texts.IN_THE_HISTORY})


class BankTransferForm(ProviderForm):
    """Where buyers transfer money to."""

    class Meta(ProviderForm.Meta):
        fields = ["takes_bank_transfer"]
        labels = {"takes_bank_transfer": texts.WE_TAKE_THEM}
        help_texts = {"takes_bank_transfer": texts.WHAT_IT_MEANS}
