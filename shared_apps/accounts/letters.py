"""Emails about accounts, asked for through the API. Their links lead to the tenant's own pages."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest

from shared_apps.accounts.models import User
from shared_apps.accounts.password_reset import TenantPasswordResetTokens
from shared_apps.accounts.services import has_verified_email
from shared_apps.tenants.context import tenant_or_none
from shared_apps.tenants.urls import tenant_url

tokens = TenantPasswordResetTokens()


def may_write_to(request: HttpRequest, email: str, *, about: str) -> bool:
    """Whether this address is not being written to too often (`confirm_email`, `reset_password`)."""
    return ratelimit.consume(request, action=about, key=email.lower())


def ask_to_confirm(request: HttpRequest, user: User, *, signup: bool = False) -> None:
    """Send the link that proves the user's address, unless it is proven."""
    address = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=False).first()
    if address:
        address.send_confirmation(request, signup=signup)


def answer_resend(request: HttpRequest, email: str) -> None:
    """Somebody waits for our link. Every address is written to, so that the wait for our answer tells nothing of it."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        say_no_account(email)
    elif has_verified_email(user):
        say_account_exists(email)
    else:
        ask_to_confirm(request, user)


def say_account_exists(email: str) -> None:
    """Somebody tried to register an address that is registered: its owner should know, and nobody else."""
    get_adapter().send_account_already_exists_mail(email)


def send_reset_link(user: User, email: str = "") -> None:
    """Send the link with which a forgotten password is replaced, to the main address or another `email` of theirs."""
    email = email or user.email
    details = {"user": user, "password_reset_url": password_link(user, email)}
    get_adapter().send_password_reset_mail(user, email, details)


def password_link(user: User, email: str = "") -> str:
    """The address at which `user` sets a password, once, within PASSWORD_RESET_TIMEOUT; it is sent to `email`."""
    key = f"{user_pk_to_url_str(user)}-{TenantPasswordResetTokens(email).make_token(user)}"
    return str(get_adapter().get_reset_password_from_key_url(key))


def send_welcome(user: User) -> None:
    """Tell the first owner of a site, or an operator of the platform, where it is and how they come in."""
    new, days = not user.has_usable_password(), settings.PASSWORD_RESET_TIMEOUT // 86_400
    url = password_link(user) if new else tenant_url("account_login")
    get_adapter().send_mail("account/email/welcome", user.email, {"user": user, "url": url, "new": new, "days": days})


def send_invitation(user: User, *, by: User | None) -> None:
    """Ask somebody to work here: a link to set their password, or to sign in if they have one.

    Without `by`, it is the provider that asks.
    """
    new = not user.has_usable_password()
    url = password_link(user) if new else tenant_url("account_login")
    days, asks = settings.PASSWORD_RESET_TIMEOUT // 86_400, by or tenant_or_none()
    details = {"user": user, "by": asks, "url": url, "new": new, "days": days}
    get_adapter().send_mail("account/email/invitation", user.email, details)


def say_no_account(email: str) -> None:
    """Somebody asked for a link to an account that is not there."""
    get_adapter().send_mail("account/email/unknown_account", email, {"signup_url": tenant_url("account_signup")})


def ask_if_theirs(email: str, *, url: str, user: str, by: str) -> None:
    """The office says that `email` is the new address of `user`: a link with which the account proves it."""
    get_adapter().send_mail("account/email/new_address", email, {"url": url, "user": user, "by": by})
