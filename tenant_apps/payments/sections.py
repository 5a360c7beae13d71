"""The page of the settings about money."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.branding.registry import section
from tenant_apps.payments.choices import change_payment_settings
from tenant_apps.payments.office.forms import PaymentSettingsForm

section(
    "money", _("Money"), page="office:settings_money", place=50, icon="banknote", form=PaymentSettingsForm,
    change=change_payment_settings, words="cards stripe bank transfer cash tax payment",
    more={"takes_bank_transfer": _("Bank transfer")},
)  # fmt: skip
