"""Apart from the other forms, because allauth's forms import those."""

from allauth.account.forms import ResetPasswordKeyForm

from shared_apps.accounts.services import prove_only_address


class NewPassword(ResetPasswordKeyForm):
    """A new password by the link in an email, which proves the address as well."""

    def save(self) -> None:
        super().save()
        prove_only_address(self.user)
