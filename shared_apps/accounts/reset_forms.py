"""Apart from the other forms, because allauth's forms import those."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordKeyForm
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.asked import asked_address
from shared_apps.accounts.services import prove_only_address


class SignIn(LoginForm):
    """Filled in with the address that was just confirmed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request:
            self.initial.setdefault("login", asked_address(self.request))


class ChangedPassword(ChangePasswordForm):
    """Another password; its errors call the fields what the page calls them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Password now")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password again")


class NewPassword(ResetPasswordKeyForm):
    """A new password by the link in an email, which proves the address as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = self.user is not None and not self.user.has_usable_password()
        self.fields["password1"].label = _("Password") if first else _("New password")
        self.fields["password2"].label = _("Password again") if first else _("New password again")

    def save(self) -> None:
        super().save()
        prove_only_address(self.user)
