from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.lines import LONGEST_NAME, validate_name


class SignupDetails(forms.Form):
    """What signing up asks beyond email and password."""

    name = forms.CharField(
        label=_("Your name"), max_length=LONGEST_NAME, validators=[validate_name],
        widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip

    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """The adapter has saved the name already."""
