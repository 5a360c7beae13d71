"""Who is told that messages can't be sent any more."""

from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from tenant_apps.messaging.accounts import TELEGRAM, TWILIO
from tenant_apps.messaging.channels import Recipient
from tenant_apps.messaging.events import ChannelGone, WayEnded
from tenant_apps.messaging.models import ChannelAccount
from tenant_apps.messaging.services import notify, reached, tell_office
from tenant_apps.messaging.ways import CHAT, DEVICE
from tenant_apps.people.models import Person

SERVICES = {TWILIO: _("Twilio"), TELEGRAM: _("Telegram")}
WAYS = {CHAT: _("Telegram"), DEVICE: _("notifications on a device")}


@on(ChannelGone, name="messaging.tell_office_of_channel_gone")
def tell_office_of_channel_gone(event: ChannelGone) -> None:
    """Once for each time that a service begins to refuse."""
    account = ChannelAccount.objects.filter(service=event.service).exclude(disconnected_at=None).first()
    if account is None:
        return  # it is connected again, or was taken away
    context = {
        "service": str(SERVICES.get(event.service, event.service)), "error": account.error,
        "office_url": tenant_url("office:settings_channels"),
    }  # fmt: skip
    once = f"channel_gone:{event.service}:{account.disconnected_at:%Y%m%d%H%M%S}"
    tell_office("messaging/office_channel_gone", context=context, about=None, once=once)


@on(WayEnded, name="messaging.tell_that_a_way_ended")
def tell_that_a_way_ended(event: WayEnded) -> None:
    """Once for each time that the last chat or device of somebody ends, unless another has begun since."""
    user = User.objects.filter(pk=event.user_id).first() if event.user_id else None
    person = Person.objects.filter(pk=event.person_id).first() if event.person_id else None
    if (user is not None and not user.is_active) or reached(Recipient(user=user, person=person), [event.way]):
        return
    context = {"way": str(WAYS[event.way]), "choices_url": tenant_url("notice_preferences")}
    once = f"way_ended:{event.way}:{event.user_id or event.person_id}:{event.since}"
    notify("messaging/way_ended", user=user, person=person, context=context, once=once)
