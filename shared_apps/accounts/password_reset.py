from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from shared_apps.accounts.models import User
from shared_apps.core.db import connection


class TenantPasswordResetTokens(PasswordResetTokenGenerator):
    """Reset links of one tenant are refused at another, though both share one secret key.

    Like Django's own, a token dies with a change of password or email, or with a sign-in. One whose link goes to
    `email`, which is not the account's main address, dies as well when the account has that address no longer.
    """

    def __init__(self, email: str = "") -> None:
        super().__init__()
        self.email = email.lower()

    def check_token(self, user: User | None, token: str | None) -> bool:
        return bool(self.address_of(user, token))

    def address_of(self, user: User | None, token: str | None) -> str:
        """The address of `user` to which the link with `token` went; empty when it opens nothing, or nothing more."""
        if user is None:
            return ""
        further = EmailAddress.objects.filter(user=user, verified=True).exclude(email__iexact=user.email)
        for email in (user.email, *further.values_list("email", flat=True)):
            if PasswordResetTokenGenerator.check_token(TenantPasswordResetTokens(email), user, token):
                return str(email)
        return ""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        further = f":{self.email}" if self.email not in ("", user.email.lower()) else ""
        return f"{connection.schema_name}:{super()._make_hash_value(user, timestamp)}{further}"
