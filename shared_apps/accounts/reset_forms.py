"""Apart from the other forms, because allauth's forms import those."""

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.asked import asked_address
from shared_apps.accounts.models import User
from shared_apps.accounts.password_reset import TenantPasswordResetTokens
from shared_apps.accounts.services import prove_only_address
from shared_apps.web.people_fields import read_pasted


class SignIn(LoginForm):
    """Filled in with the address that was just confirmed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        read_pasted(self, "login")
        if self.request:
            self.initial.setdefault("login", asked_address(self.request))


class ChangedPassword(ChangePasswordForm):
    """Another password; its errors call the fields what the page calls them."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Password now")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password again")


class NewPassword(ResetPasswordKeyForm):
    """A new password by the link in an email, which proves the address as well."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        first = self.user is not None and not self.user.has_usable_password()
        self.fields["password1"].label = _("Password") if first else _("New password")
        self.fields["password2"].label = _("Password again") if first else _("New password again")

    def save(self) -> None:
        super().save()
        prove_only_address(self.user)


class ForgottenPassword(ResetPasswordForm):
    """Where to send the link that sets a new password: an account's main address, or one that it has proven.

    Anybody can give somebody else's address as a further one of their own account.
    """

    users: list[User]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        read_pasted(self, "email")

    def clean_email(self) -> str:
        email: str = super().clean_email()
        proven = set(EmailAddress.objects.filter(email__iexact=email, verified=True).values_list("user", flat=True))
        self.users = [user for user in self.users if user.email.lower() == email.lower() or user.pk in proven]
        return email

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        tokens = TenantPasswordResetTokens(self.cleaned_data["email"])
        return str(super().save(request, **{"token_generator": tokens, **kwargs}))
