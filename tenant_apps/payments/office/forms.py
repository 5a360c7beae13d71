"""The form of the settings page about money."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.web.editing import EditForm
from tenant_apps.payments.models import PaymentSettings


class PaymentSettingsForm(EditForm, forms.ModelForm):
    """The provider's choices about money."""

    class Meta:
        model = PaymentSettings
        fields = ["takes_bank_transfer", "vat_number"]
        labels = {"takes_bank_transfer": _("We take bank transfers"), "vat_number": _("VAT number")}
        help_texts = {
            "takes_bank_transfer": _(
                "You record transfers on a booking when they arrive. Your site offers cards only: customers are not "
                "shown bank details."
            ),
            "vat_number": _("With one, new courses begin with your country's usual rate. Printed on receipts."),
        }
