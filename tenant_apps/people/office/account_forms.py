"""The forms about accounts that are customers'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.accounts.roles import CONTACT, STUDENT
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import about_somebody_else

CUSTOMERS = {
    STUDENT: _("Student: books for themselves and sees their own bookings."),
    CONTACT: _("Organisation contact: books for a company and sees the bookings they made."),
}


class GuardianForm(forms.Form):
    """Whose account sees, and acts for, somebody else."""

    email = forms.EmailField(
        label=_("Email of their account"), help_text=_("The address that they sign in with, and have confirmed.")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        about_somebody_else(self)


class AccountRolesForm(EditForm, forms.Form):
    """What somebody is here who doesn't work here, or besides working here."""

    roles = forms.MultipleChoiceField(
        label=_("What they are here"), choices=list(CUSTOMERS.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["roles"].error_messages["required"] = _("Choose at least one.")
        self.initial["roles"] = [role for role in CUSTOMERS if role in user.roles]

    @property
    def subject(self) -> User:
        """Whose roles they are."""
        return self.user
