"""What the forms of providers have in common."""

from django import forms

from shared_apps.web.editing import EditForm
from tenant_apps.payments.models.settings import PaymentSettings


class ProviderForm(EditForm, forms.ModelForm):
    """What the office chooses about one provider: columns of `PaymentSettings`. They are saved with the whole page."""

    class Meta:
        model = PaymentSettings
        fields: list[str] = []
