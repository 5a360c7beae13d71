"""Signing in and looking after one's account, at a tenant or on the platform."""

from django.urls import include, path, register_converter

from shared_apps.accounts.views import CheckEmail, ChoosePassword, ConfirmEmail


class LettersAndDigits:
    """A part of a path without hyphens or other signs."""

    regex = "[0-9A-Za-z]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LettersAndDigits, "alnum")

urlpatterns = [
    path(
        "password/reset/key/<alnum:uidb36>-<path:key>/",
        ChoosePassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("confirm-email/", CheckEmail.as_view(), name="account_email_verification_sent"),
    path("confirm-email/<slug:key>/", ConfirmEmail.as_view(), name="account_confirm_email"),
    path("", include("allauth.account.urls")),
    path("mfa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
