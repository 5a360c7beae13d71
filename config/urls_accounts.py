"""Signing in and looking after one's account, at a tenant or on the platform."""

from django.urls import include, path, re_path

from shared_apps.accounts.views import ChoosePassword

urlpatterns = [
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        ChoosePassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("", include("allauth.account.urls")),
    path("mfa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
