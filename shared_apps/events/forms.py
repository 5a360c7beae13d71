"""Forms about what was given up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.web.fields import TextBox


class DropForm(forms.Form):
    """Why a thing that failed for good is not needed any more."""

    reason = forms.CharField(
        label=_("Why is it not needed any more?"), max_length=500, widget=TextBox(attrs={"rows": 2}),
        help_text=_("It is kept with your name."),
    )  # fmt: skip
