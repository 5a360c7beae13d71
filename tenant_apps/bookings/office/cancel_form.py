"""The office's form to cancel a booking."""

from decimal import Decimal
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.money import display
from shared_apps.web.forms import FormOptions, Sent
from shared_apps.web.money_fields import MoneyField
from tenant_apps.bookings.terms import RefundQuote


class CancelForm(forms.Form):
    """Why, and how much goes back. `refund` is left out when nothing was paid."""

    refund = MoneyField(label=_("Money back"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The customer reads it in the email."),
    )  # fmt: skip

    def __init__(self, data: Sent = None, *, quote: RefundQuote, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.quote = quote
        if not quote.held:
            del self.fields["refund"]
            return
        self.initial["refund"] = quote.amount
        said = _t("Up to %(held)s can go back. By the terms of this booking %(percent)s %% goes back: %(amount)s.")
        if quote.overpaid:
            said = _t(
                "Up to %(held)s can go back. By the terms of this booking %(percent)s %% of the price goes back, "
                "and %(overpaid)s that is beyond it or should be back already: %(amount)s."
            )
        if quote.settled:
            said = f"{said} {_t('%(settled)s more was settled otherwise, and stays.')}"
        most = quote.held - quote.settled
        sums = {"held": most, "amount": quote.amount, "overpaid": quote.overpaid, "settled": quote.settled}
        self.fields["refund"].help_text = said % {
            "percent": quote.percent, **{name: display(sum, quote.currency) for name, sum in sums.items()},
        }  # fmt: skip

    def clean_refund(self) -> Decimal:
        refund: Decimal = self.cleaned_data["refund"]
        most = self.quote.held - self.quote.settled
        if refund > most:
            raise ValidationError(_t("Only %s can go back.") % display(most, self.quote.currency))
        return refund
