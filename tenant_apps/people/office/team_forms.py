"""Forms of the people who work here."""

from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.accounts.roles import ADMIN, OWNER, SALES, TRAINER
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import about_somebody_else
from shared_apps.web.forms import FormOptions, Sent
from shared_apps.web.people_fields import EmailField, NameField
from tenant_apps.people.team import TEAM, grantable

WHAT_THEY_DO = {
    OWNER: (_("Owner"), _("Everything, the settings and money included.")),
    ADMIN: (_("Office"), _("Courses, sessions, bookings, payments and people. Not the settings.")),
    SALES: (_("Sales"), _("Sees courses, sessions and students. Changes nothing.")),
    TRAINER: (_("Trainer"), _("Sees their own sessions and who comes to them.")),
}


def role_names(user: User) -> str:
    """What `user` is here, in words."""
    return ", ".join(str(WHAT_THEY_DO[role][0]) for role in TEAM if role in user.roles)


class RolesField(forms.MultipleChoiceField):
    """The roles that `by` may give, each with what it allows."""

    def __init__(self, *, by: User | None):
        choices = [(role, f"{WHAT_THEY_DO[role][0]}: {WHAT_THEY_DO[role][1]}") for role in grantable(by)]
        super().__init__(label=_("Role"), choices=choices, widget=forms.CheckboxSelectMultiple)
        self.error_messages["required"] = _("Choose at least one.")


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    name = NameField(label=_("Name"))
    email = EmailField(label=_("Email"), help_text=_("The invitation goes here. The link in it sets a password."))

    def __init__(self, data: Sent = None, *, by: User | None, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        about_somebody_else(self)
        self.fields["roles"] = RolesField(by=by)


class RolesForm(EditForm, forms.Form):
    """What somebody may do here."""

    def __init__(self, data: Sent = None, *, by: User | None, user: User, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.fields["roles"] = RolesField(by=by)
        self.user = user
        self.initial["roles"] = [role for role in TEAM if role in user.roles]

    @property
    def subject(self) -> User:
        """Whose roles they are."""
        return self.user
