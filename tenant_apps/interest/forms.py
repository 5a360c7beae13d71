"""What somebody is asked who wants to hear of dates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.web.people_fields import EmailField, NameField
from shared_apps.web.whole_numbers import WholeNumberField


class InterestForm(forms.Form):
    """Who would come, and for how many seats."""

    name = NameField(
        label=_("Your name"),
        error_messages={"required": _("Enter your name.")}, widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip
    email = EmailField(
        label=_("Email"), max_length=254, help_text=_("One email, as soon as there is a date."),
        error_messages={
            "required": _("Enter your email address."), "invalid": _("Enter an address like ada@example.com."),
        },
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )  # fmt: skip
    seats = WholeNumberField(label=_("For how many seats?"), min_value=1, max_value=100, initial=1)
