"""Text messages and WhatsApp, by the provider's account at Twilio."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from shared_apps.tenants.urls import tenant_url
from tenant_apps.messaging.accounts import twilio_account
from tenant_apps.messaging.channels.base import Channel, Recipient, Sent
from tenant_apps.messaging.channels.phones import e164
from tenant_apps.messaging.channels.twilio import client
from tenant_apps.messaging.channels.twilio.parts import parts_of
from tenant_apps.messaging.models import StoppedNumber, Wording

if TYPE_CHECKING:
    from tenant_apps.messaging.models import Message

MOST_PARTS = 4  # of a text message, each of which is paid for


class Sms(Channel):
    """A text message to a number. Whoever answers STOP gets no more."""

    name = "sms"
    label = _("Text message")
    icon = "message-square"
    costs = True
    cut_mark = "..."  # a "…" would make every part shorter
    needs = "twilio"

    def addresses(self, recipient: Recipient) -> list[str]:
        number = e164(recipient.phone)
        return [number] if number and not StoppedNumber.objects.filter(number=number).exists() else []

    def send(self, message: "Message") -> Sent:
        return _hand_over(message, whatsapp=False)

    def fits(self, text: str) -> bool:
        return parts_of(text) <= MOST_PARTS

    def gone(self, address: str) -> None:
        """They asked for no more, or there is no such telephone: no person is texted at that number again."""
        StoppedNumber.objects.get_or_create(number=address)


class WhatsApp(Sms):
    """A message on WhatsApp. To somebody who has not written within a day it takes an approved template."""

    name = "whatsapp"
    label = _("WhatsApp")
    icon = "message-circle"
    longest = 1000
    cut_mark = Channel.cut_mark

    def fits(self, text: str) -> bool:
        return len(text) <= self.longest

    def send(self, message: "Message") -> Sent:
        return _hand_over(message, whatsapp=True)

    def gone(self, address: str) -> None:
        """That a number is not on WhatsApp says nothing of text messages."""


def _hand_over(message: "Message", *, whatsapp: bool) -> Sent:
    template = _template(message) if whatsapp else ""
    notice = message.notice
    words = {"1": notice.text, "2": notice.link} if template and notice else None
    sent = client.send(
        twilio_account(), to=message.to, body=message.text, whatsapp=whatsapp, content_sid=template,
        content_variables=words, callback=f"{tenant_url('twilio_hook', message.pk)}?try={message.turn}",
    )  # fmt: skip
    return Sent(sent.reference)


def _template(message: "Message") -> str:
    """The text that WhatsApp has approved for this kind of message; "" for none: then it takes answers only."""
    found = Wording.objects.filter(kind=message.kind).exclude(provider_template="").first()
    return found.provider_template if found else ""
