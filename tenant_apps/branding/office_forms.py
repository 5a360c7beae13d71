"""The forms of the settings pages, and the rows of a cancellation policy, which courses have too."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox
from tenant_apps.branding.fonts import DEFAULT_DISPLAY, DISPLAY_FONTS
from tenant_apps.branding.models import Brand, Settings
from tenant_apps.branding.pictures import PictureForm, PictureInput, clean_picture
from tenant_apps.branding.policy import validate_policy

POLICY_ROWS = 3


class PolicyStepForm(forms.Form):
    """Cancelled at least `days` days before, `percent` of the money comes back. Left empty, there is no such step."""

    days = forms.IntegerField(label=_("Days before"), min_value=0, max_value=365, required=False)
    percent = forms.IntegerField(label=_("Per cent back"), min_value=0, max_value=100, required=False)

    def has_changed(self) -> bool:
        return True  # else a step that is sent as it was shown would be taken for an empty one, and dropped

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("days") is None) != (data.get("percent") is None) and not self.errors:
            raise ValidationError(_("Enter both the days and the per cent, or leave both empty."))
        return data


class BasePolicyFormSet(forms.BaseFormSet):
    @property
    def rows(self) -> list[dict[str, int]]:
        """What `CancellationPolicy.parse` reads."""
        return [
            {"days": form.cleaned_data["days"], "percent": form.cleaned_data["percent"]}
            for form in self.forms
            if form.cleaned_data.get("days") is not None
        ]

    def clean(self) -> None:
        if not any(self.errors):
            validate_policy(self.rows)


PolicyFormSet = forms.formset_factory(PolicyStepForm, formset=BasePolicyFormSet, extra=0, max_num=10)


def policy_formset(data: Any, rows: list[dict[str, int]]) -> BasePolicyFormSet:
    """The rows of a policy, and empty ones up to `POLICY_ROWS`."""
    initial: list[dict[str, Any]] = [*sorted(rows, key=lambda row: -row["days"])]
    initial += [{} for _n in range(POLICY_ROWS - len(initial))]
    return PolicyFormSet(data, prefix="policy", initial=initial)  # type: ignore[return-value]


class ColourInput(forms.TextInput):
    """A colour always has a value, so it is never `required`, and it has no length."""

    input_type = "color"

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("maxlength", None)
        return context


class LookForm(PictureForm, EditForm, forms.ModelForm):
    """How the provider looks, and the line that says what it teaches."""

    display_font = forms.ChoiceField(label=_("Headings"), required=False)

    class Meta:
        model = Brand
        fields = ["primary_colour", "accent_colour", "display_font", "logo", "tagline"]
        labels = {
            "primary_colour": _("Main colour"), "accent_colour": _("Second colour"), "tagline": _("Tagline"),
            "logo": _("Logo"),
        }  # fmt: skip
        help_texts = {
            "tagline": _("One line under your name. What you teach, and where."),
            "logo": _("PNG, JPEG or WebP, at most 2 MB."),
        }
        widgets = {"primary_colour": ColourInput, "accent_colour": ColourInput, "logo": PictureInput()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fonts = [(key, f"{font.label}, {font.manner}") for key, font in DISPLAY_FONTS.items()]
        self.fields["display_font"].choices = fonts  # type: ignore[attr-defined]
        self.initial["display_font"] = self.instance.display_font or DEFAULT_DISPLAY

    def clean_logo(self) -> Any:
        upload = self.cleaned_data["logo"]
        return clean_picture(upload) if upload and hasattr(upload, "content_type") else upload


class WordsForm(EditForm, forms.ModelForm):
    """What the provider says of itself, and its terms."""

    class Meta:
        model = Brand
        fields = ["introduction", "about", "terms", "privacy", "trainer_word"]
        labels = {
            "introduction": _("Introduction"), "about": _("About you"), "terms": _("Terms"),
            "privacy": _("Privacy notice"), "trainer_word": _("You call a trainer"),
        }  # fmt: skip
        help_texts = {
            "introduction": _("The first paragraph of your home page. Markdown works."),
            "trainer_word": _("Trainer, instructor, coach …"),
        }
        widgets = {
            "introduction": TextBox(attrs={"rows": 4}),
            "about": TextBox(attrs={"rows": 6}),
            "terms": TextBox(attrs={"rows": 6}),
            "privacy": TextBox(attrs={"rows": 6}),
        }


class ContactForm(EditForm, forms.ModelForm):
    """How customers reach the provider."""

    class Meta:
        model = Brand
        fields = ["contact_email", "contact_phone", "address"]
        labels = {
            "contact_email": _("Email for customers"), "contact_phone": _("Phone for customers"),
            "address": _("Postal address"),
        }  # fmt: skip
        widgets = {
            "address": TextBox({"rows": 3, "autocomplete": "off"}),
            "contact_phone": forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        }


class SettingsForm(EditForm, forms.ModelForm):
    """The provider's choices about booking and money."""

    class Meta:
        model = Settings
        fields = [
            "hold_minutes", "deposit_percent", "balance_due_days", "takes_bank_transfer", "vat_number",
        ]  # fmt: skip
        labels = {
            "hold_minutes": _("Minutes to pay"), "deposit_percent": _("Deposit, per cent"),
            "balance_due_days": _("Balance due, days before"), "takes_bank_transfer": _("We take bank transfers"),
            "vat_number": _("VAT number"),
        }  # fmt: skip
        help_texts = {
            "hold_minutes": _("How long seats are held while somebody pays. From 5 to 1440."),
            "deposit_percent": _("0 means no deposits: always the full price."),
            "takes_bank_transfer": _(
                "You record transfers on a booking when they arrive. Your site offers cards only: customers are not "
                "shown bank details."
            ),
            "vat_number": _("With one, new courses begin with your country's usual rate. Printed on receipts."),
            "balance_due_days": _("Closer to the session than this, the full price is due at once."),
        }
