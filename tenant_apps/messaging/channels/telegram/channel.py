"""Telegram, by the provider's own bot."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tenant_apps.messaging.accounts import bot_token
from tenant_apps.messaging.channels.base import Channel, Recipient, Sent
from tenant_apps.messaging.channels.telegram import client
from tenant_apps.messaging.ways import end_chat
from tenant_apps.people.models import ContactKind, ContactPoint

if TYPE_CHECKING:
    from tenant_apps.messaging.models import Message


class Telegram(Channel):
    """A message in the chat that somebody began with the bot. That Telegram took it is all it says."""

    name = "telegram"
    label = _("Telegram")
    icon = "send"
    shows_link = False
    longest = 4000
    needs = "telegram"

    def addresses(self, recipient: Recipient) -> list[str]:
        if recipient.chats is not None:
            return list(recipient.chats)
        if recipient.person is None:
            return []
        points = ContactPoint.objects.filter(person=recipient.person, kind=ContactKind.TELEGRAM, opted_out=False)
        return list(points.order_by("created_at").values_list("value", flat=True))

    def send(self, message: "Message") -> Sent:
        link = message.notice.link if message.notice else ""
        buttons = [[client.Button(_now("Open"), url=link)]] if link.startswith("https://") else []
        text = message.text if buttons or not link else f"{message.text}\n{link}"
        number = client.send_message(bot_token(), chat_id=int(message.to), text=text, buttons=buttons)
        return Sent(str(number), delivered=True)

    def gone(self, address: str) -> None:
        """They blocked the bot: nothing goes there until they begin the chat anew."""
        end_chat(address)
