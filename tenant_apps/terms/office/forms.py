"""The form of the booking terms, and the rows of a cancellation policy, which courses have too."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned, Sent
from shared_apps.web.whole_numbers import WholeNumberField, with_whole_numbers
from tenant_apps.terms.models import BookingTerms, TermsVersion
from tenant_apps.terms.policy import MOST_DAYS, MOST_STEPS, CancellationPolicy, PolicyRow, validate_policy

POLICY_ROWS = 3


class PolicyStepForm(forms.Form):
    """Cancelled at least `days` days before, `percent` of the money comes back. Left empty, there is no such step."""

    days = WholeNumberField(label=_("Days before"), min_value=0, max_value=MOST_DAYS, required=False)
    percent = WholeNumberField(label=_("Per cent back"), min_value=0, max_value=100, required=False)

    def has_changed(self) -> bool:
        return True  # else a step that is sent as it was shown would be taken for an empty one, and dropped

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if (data.get("days") is None) != (data.get("percent") is None) and not self.errors:
            raise ValidationError(_("Enter both the days and the per cent, or leave both empty."))
        return data


class BasePolicyFormSet(forms.BaseFormSet):
    """The rows of the cancellation terms: each with days and a share of its own."""

    @property
    def rows(self) -> list[PolicyRow]:
        """What `CancellationPolicy.parse` reads."""
        return [
            {"days": form.cleaned_data["days"], "percent": form.cleaned_data["percent"]}
            for form in self.forms
            if form.cleaned_data.get("days") is not None
        ]

    def clean(self) -> None:
        if not any(self.errors):
            validate_policy(self.rows)


PolicyFormSet = forms.formset_factory(PolicyStepForm, formset=BasePolicyFormSet, extra=0, max_num=MOST_STEPS)


def policy_formset(data: Sent, rows: Sequence[PolicyRow]) -> BasePolicyFormSet:
    """The rows of a policy, and empty ones up to `POLICY_ROWS`."""
    initial: list[Mapping[str, object]] = [asdict(step) for step in CancellationPolicy.parse(rows).steps]
    initial += [{} for _n in range(POLICY_ROWS - len(initial))]
    made = PolicyFormSet(data, prefix="policy", initial=initial)
    assert isinstance(made, BasePolicyFormSet)
    return made


class TermsForm(EditForm, forms.ModelForm):
    """The provider's choices about booking."""

    class Meta:
        model = BookingTerms
        formfield_callback = with_whole_numbers
        fields = ["hold_minutes", "deposit_percent", "balance_due_days", "names_until_hours", "offer_hours"]
        labels = {
            "hold_minutes": _("Minutes to pay"), "deposit_percent": _("Deposit, per cent"),
            "balance_due_days": _("Balance due, days before"),
            "names_until_hours": _("Names fixed, hours before"), "offer_hours": _("Hours to take an offered seat"),
        }  # fmt: skip
        help_texts = {
            "hold_minutes": _("How long seats are held while somebody pays. From 5 to 1440."),
            "deposit_percent": _("0 means no deposits: always the full price."),
            "balance_due_days": _("Closer to the session than this, the full price is due at once."),
            "names_until_hours": _("Until then buyers say who comes, by the link in their email. 0: until it begins."),
            "offer_hours": _("How long a seat is kept for who is next on the waiting list. From 1 to 168."),
        }


class DraftForm(EditForm, forms.ModelForm):
    """What the next version of the terms will say."""

    class Meta:
        model = TermsVersion
        fields = ["title", "text"]
        labels = {"title": _("Title"), "text": _("Text")}
        help_texts = {"text": _("Markdown works: ## before a heading, **bold**, lists, links.")}
        error_messages = {"text": {"required": _("Write what people agree to.")}}
        widgets = {"text": TextBox(attrs={"rows": 18})}
