"""The form of the settings page about money, and what it shows of each way to be paid."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.web.editing import EditForm
from shared_apps.web.forms import Sent
from tenant_apps.payments.models import PaymentSettings
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.payments.providers.base import Provider, Standing
from tenant_apps.payments.providers.forms import ProviderForm


class PaymentSettingsForm(EditForm, forms.ModelForm):
    """The choices about money that belong to no provider."""

    class Meta:
        model = PaymentSettings
        fields = ["vat_number"]
        labels = {"vat_number": _("VAT number")}
        help_texts = {
            "vat_number": _("With one, new courses begin with your country's usual rate. Printed on receipts."),
        }


@dataclass(frozen=True)
class WayToPay:
    """What the page shows of one provider: how it stands, and its form if it has one."""

    provider: Provider
    standing: Standing
    form: ProviderForm | None


def ways_to_pay(data: Sent, chosen: PaymentSettings) -> list[WayToPay]:
    """Every provider there is; with `data`, their forms are those that were sent."""
    return [
        WayToPay(one, one.standing(), one.settings_form(data, instance=chosen) if one.settings_form else None)
        for one in PROVIDERS.values()
        if not one.is_here_already
    ]
