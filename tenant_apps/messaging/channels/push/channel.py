"""Notifications of browsers that somebody allowed to show them."""

import json
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_apps.tenants.context import current_tenant
from tenant_apps.messaging.channels.base import Channel, Recipient, Sent
from tenant_apps.messaging.channels.errors import ChannelRefused
from tenant_apps.messaging.channels.push import client
from tenant_apps.messaging.models import Priority, PushSubscription
from tenant_apps.messaging.ways import end_device

if TYPE_CHECKING:
    from tenant_apps.messaging.models import Message

DAY = 24 * 3600  # seconds for which a push service keeps what a telephone that is off should show


class Push(Channel):
    """A notification on each device of an account. It is told to a push service, which says no more of it."""

    name = "push"
    label = _("Notification")
    icon = "bell-ring"
    shows_link = False
    longest = 500

    def addresses(self, recipient: Recipient) -> list[str]:
        if recipient.user is None or not client.is_set_up():
            return []
        if recipient.devices is not None:
            return list(recipient.devices)
        return [str(pk) for pk in PushSubscription.objects.filter(user=recipient.user).values_list("pk", flat=True)]

    def send(self, message: "Message") -> Sent:
        to = PushSubscription.objects.filter(pk=message.to).first()
        if to is None or not to.is_signed_in():
            raise ChannelRefused("unsubscribed", _now("This device takes no more notifications."), gone=True)
        notice = message.notice
        told = {
            "title": message.subject, "body": message.text, "link": notice.link if notice else "",
            "tag": str(message.notice_id), "from": current_tenant().name,
        }  # fmt: skip
        urgent = notice is not None and notice.priority == Priority.URGENT
        subscription = client.Subscription(to.endpoint, to.p256dh, to.auth)
        client.send_push(subscription, json.dumps(told, ensure_ascii=False).encode(), ttl=DAY, urgent=urgent)
        return Sent()

    def gone(self, address: str) -> None:
        """The browser threw its subscription away."""
        end_device(address)

    def shown(self, address: str) -> str:
        found = PushSubscription.objects.filter(pk=address).first()
        return str(found) if found else _now("a device that is no longer there")
