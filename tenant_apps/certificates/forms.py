"""The form with which anybody checks a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CheckForm(forms.Form):
    """The number on a certificate, and the name: numbers alone could be tried one after the other."""

    number = forms.CharField(
        label=_("Number"), max_length=40, help_text=_("As it is printed, such as C-00042."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name on it"), max_length=200, help_text=_("All of it, or the last name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
