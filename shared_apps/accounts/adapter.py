"""What allauth asks us: who is sent what, from whom, and where one lands."""

import hashlib
from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.core import context as allauth_context
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts import mail, services
from shared_apps.accounts.asked import note_asked
from shared_apps.accounts.devices import device
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import STUDENT
from shared_apps.core.lines import one_line
from shared_apps.core.mail import sender
from shared_apps.tenants.context import tenant_or_none
from shared_apps.tenants.urls import tenant_url
from shared_apps.web.networks import network_of


def _unescaped(template: str, details: dict[str, object]) -> str:
    """The text of `template` on one line. Subjects are no HTML: an apostrophe stays one."""
    made = get_template(template)
    assert isinstance(made, Template)
    return one_line(made.template.render(Context(details, autoescape=False)))


KNOWN_FOR = 60 * 24 * 3600  # seconds


class AccountAdapter(DefaultAccountAdapter):
    """Signing up makes a student of the tenant; account emails go out through the tenant's own messages."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "cannot_remove_primary_email": _("This is your main address. Make another one the main one first."),
        "duplicate_email": _("You have this address already."),
        "enter_current_password": _("That is not the password you have now."),
        "incorrect_password": _("That is not the password of this account."),
        "max_email_addresses": _("More than %d addresses can't be kept. Remove one first."),
        "unverified_primary_email": _("Confirm the address first, by the link we sent there."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return tenant_or_none() is not None

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.roles = [STUDENT]
        return super().save_user(request, user, form, commit)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: object) -> str:
        """Wrong passwords count for an address and the network they come from: nobody locks others out of theirs."""
        return f"{_address(credentials)}:{network_of(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        super().pre_authenticate(request, **credentials)
        # Many networks guess together; whoever signed in from this one before is not kept out by them.
        guesses = {"action": "login_failed_anywhere", "key": _address(credentials), "dry_run": True}
        if not cache.get(_known(request, credentials)) and not ratelimit.consume(request, **guesses):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: object) -> User | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            cache.set(_known(request, credentials), True, KNOWN_FOR)
        return user

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: object) -> None:
        """After a new password was set by the link in our email."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        cache.set(_known(request, credentials), True, KNOWN_FOR)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        ratelimit.consume(request, action="login_failed_anywhere", key=_address(credentials))

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            services.note_verified_email(email_address.user, email=email_address.email)
        return confirmed

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        if tenant_or_none():
            return tenant_url("account_confirm_email", emailconfirmation.key)
        return super().get_email_confirmation_url(request, emailconfirmation)

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: EmailConfirmation, signup: bool) -> None:
        """Write to the address that is to be confirmed; the text differs where the account has `another` already."""
        address = emailconfirmation.email_address
        details = {
            "user": address.user,
            "key": emailconfirmation.key,
            "activate_url": self.get_email_confirmation_url(request, emailconfirmation),
            "another": EmailAddress.objects.filter(user=address.user, verified=True).exists(),
        }
        self.send_mail(f"account/email/email_confirmation{'_signup' if signup else ''}", address.email, details)

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponse:
        if user:
            note_asked(request, user.email)
        return super().respond_email_verification_sent(request, user)

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _hyphen, token = key.partition("-")
        if tenant_or_none():
            return tenant_url("account_reset_password_from_key", uidb36=uid, key=token)
        path = reverse("account_reset_password_from_key", settings.PUBLIC_SCHEMA_URLCONF, args=[uid, token])
        return f"{settings.SITE_URL}{path}"

    def send_account_already_exists_mail(self, email: str) -> None:
        if not tenant_or_none():
            return super().send_account_already_exists_mail(email)
        links = {
            "signup_url": tenant_url("account_signup"),
            "password_reset_url": tenant_url("account_reset_password"),
        }
        return self.send_mail("account/email/account_already_exists", email, links)

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def get_from_email(self) -> str:
        tenant = tenant_or_none()
        return sender(tenant.name if tenant else "Muster")

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, object]) -> None:
        tenant = tenant_or_none()
        name, home = (tenant.name, tenant.base_url) if tenant else ("Muster", settings.SITE_URL)
        site = {"name": name, "domain": home}
        details = {"email": email, "site_name": name, "current_site": site, **context}
        if "user_agent" in details:
            details["user_agent"] = device(str(details["user_agent"]))
        subject = _unescaped(f"{template_prefix}_subject.txt", details)
        text = render_to_string(f"{template_prefix}_message.txt", details, allauth_context.request).strip()
        mail.send(to=email, subject=subject, text=text, kind=template_prefix.rsplit("/", 1)[-1])

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: object, **more: object
    ) -> None:
        signing_up = not request.user.is_authenticated
        if message_template == "account/messages/email_confirmation_sent.txt" and signing_up:
            return  # the page that follows says where we wrote
        if message_template != "account/messages/logged_in.txt":  # whoever signs in sees that they did
            super().add_message(request, level, message_template, *args, **more)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if tenant_or_none() is None:
            return reverse("operator:tenants")
        return reverse("office:dashboard" if user.is_staff else "my_bookings")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home") if tenant_or_none() else super().get_logout_redirect_url(request)


def _address(credentials: dict[str, object]) -> str:
    """The address that somebody wants to sign in with."""
    return str(credentials.get("email") or credentials.get("username") or "").lower()


def _known(request: HttpRequest, credentials: dict[str, object]) -> str:
    """The cache's key for an address having been signed in with from a network."""
    told = f"{_address(credentials)} {network_of(request)}"
    return f"signed-in:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


class MFAAdapter(DefaultMFAAdapter):
    """The authenticator app shows the tenant's name."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Turn two-step sign-in off before you add an address."),
        "cannot_delete_authenticator": _("Two-step sign-in can't be turned off for this account."),
        "cannot_generate_recovery_codes": _("Set two-step sign-in up first."),
        "incorrect_code": _("That is not the code the app shows now."),
        "unverified_email": _("Confirm your email address first, by the link we sent there."),
    }

    def get_totp_issuer(self) -> str:
        tenant = tenant_or_none()
        return tenant.name if tenant else "Muster"
