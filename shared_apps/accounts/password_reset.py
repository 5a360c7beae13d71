from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from shared_apps.core.db import connection


class TenantPasswordResetTokens(PasswordResetTokenGenerator):
    """Reset links of one tenant are refused at another, though both share one secret key.

    Like Django's own, a token dies with a change of password or email, or with a sign-in.
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{connection.schema_name}:{super()._make_hash_value(user, timestamp)}"
