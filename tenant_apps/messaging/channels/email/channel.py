"""Email, by the installation's mail server and in the provider's name."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext_lazy as _

from shared_apps.core.mail import AUTOMATIC, sender
from shared_apps.tenants.context import current_tenant
from tenant_apps.branding.models import Brand
from tenant_apps.messaging.channels.base import Channel, Recipient, Sent

if TYPE_CHECKING:
    from tenant_apps.messaging.models import Message


class Email(Channel):
    """A mail server takes it; whether it arrives, nobody says."""

    name = "email"
    label = _("Email")
    icon = "mail"
    noisy = False

    def addresses(self, recipient: Recipient) -> list[str]:
        return [recipient.email] if recipient.email else []

    def send(self, message: "Message") -> Sent:
        tenant, brand = current_tenant(), Brand.objects.load()
        email = EmailMultiAlternatives(
            message.subject,
            message.text,
            sender(tenant.name),
            [message.to],
            reply_to=[brand.contact_email] if brand.contact_email else None,
            headers={"Message-ID": f"<{message.pk}@{settings.BASE_DOMAIN}>", **AUTOMATIC},
        )
        if message.html:
            email.attach_alternative(message.html, "text/html")
        for part in message.attachments:
            email.attach(part["name"], part["content"].encode(), part["type"])
        email.send()
        return Sent()
