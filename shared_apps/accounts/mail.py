"""Account emails. The messaging app, which is above this one, takes over their sending at a tenant."""

from django.core.mail import EmailMessage

from shared_apps.core.hooks import Hook
from shared_apps.core.mail import AUTOMATIC, sender
from shared_apps.tenants.context import tenant_or_none

tenant_mail = Hook()  # called with to, subject, text, kind


def send(*, to: str, subject: str, text: str, kind: str) -> None:
    """Send one plain account email, e.g. a password reset."""
    if tenant_or_none() and tenant_mail:
        tenant_mail(to=to, subject=subject, text=text, kind=kind)
    else:
        EmailMessage(subject, text, sender("Muster"), [to], headers=AUTOMATIC).send()
