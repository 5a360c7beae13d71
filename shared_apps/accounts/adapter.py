"""What allauth asks us: who is sent what, from whom, and where one lands."""

from email.utils import formataddr
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from shared_apps.accounts import mail, services
from shared_apps.accounts.roles import STUDENT
from shared_apps.tenants.context import current_tenant


class AccountAdapter(DefaultAccountAdapter):
    """Signing up makes a student of the tenant; account emails go out through the tenant's own messages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return current_tenant() is not None

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.name = form.cleaned_data.get("name", "")
        user.roles = [STUDENT]
        return super().save_user(request, user, form, commit)

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        confirmed = super().confirm_email(request, email_address)
        if confirmed and current_tenant():
            services.note_verified_email(email_address.user, email=email_address.email)
        return confirmed

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def get_from_email(self) -> str:
        tenant = current_tenant()
        return formataddr((tenant.name if tenant else "Muster", settings.DEFAULT_FROM_EMAIL))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        tenant = current_tenant()
        details = {"email": email, "site_name": tenant.name if tenant else "Muster", **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", details).split())
        text = render_to_string(f"{template_prefix}_message.txt", details, allauth_context.request).strip()
        mail.send(to=email, subject=subject, text=text, kind=template_prefix.rsplit("/", 1)[-1])

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user: Any = request.user
        if current_tenant() is None:
            return reverse("operator:tenants")
        return reverse("office:dashboard" if user.is_staff else "my_bookings")


class MFAAdapter(DefaultMFAAdapter):
    """The authenticator app shows the tenant's name."""

    def get_totp_issuer(self) -> str:
        tenant = current_tenant()
        return tenant.name if tenant else "Muster"
