from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.web.people_fields import NameField


class SignupDetails(forms.Form):
    """What signing up asks beyond email and password."""

    name = NameField(
        label=_("Your name"),
        widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip

    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """The adapter has saved the name already."""
