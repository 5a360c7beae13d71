"""The forms about accounts that are customers'."""

from typing import Unpack

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.accounts.roles import CONTACT, STUDENT
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import about_somebody_else
from shared_apps.web.forms import FormOptions, Sent
from shared_apps.web.people_fields import EmailField
from tenant_apps.people.identity import same_name
from tenant_apps.people.models import Person

CUSTOMERS = {
    STUDENT: _("Student: books for themselves and sees their own bookings."),
    CONTACT: _("Organisation contact: books for a company and sees the bookings they made."),
}


class GuardianForm(forms.Form):
    """Whose account sees, and acts for, somebody else."""

    email = EmailField(
        label=_("Email of their account"), help_text=_("The address that they sign in with, and have confirmed.")
    )

    def __init__(self, data: Sent = None, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        about_somebody_else(self)


class EraseForm(forms.Form):
    """The name of whom is to be erased, typed: what is done then can't be undone."""

    name = forms.CharField(label=_("Their name"), help_text=_("Type it as it stands above. It can't be undone."))

    def __init__(self, data: Sent = None, *, person: Person, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.person = person
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not same_name(name, self.person.name):
            raise forms.ValidationError(_t("Type the name as it stands on this page."))
        return name


class AccountRolesForm(EditForm, forms.Form):
    """What somebody is here who doesn't work here, or besides working here."""

    roles = forms.MultipleChoiceField(
        label=_("What they are here"), choices=list(CUSTOMERS.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Sent = None, *, user: User, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.user = user
        self.fields["roles"].error_messages["required"] = _("Choose at least one.")
        self.initial["roles"] = [role for role in CUSTOMERS if role in user.roles]

    @property
    def subject(self) -> User:
        """Whose roles they are."""
        return self.user
