"""Who is told that messages can't be sent any more."""

from django.utils.translation import gettext_lazy as _

from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from tenant_apps.messaging.accounts import TELEGRAM, TWILIO
from tenant_apps.messaging.events import ChannelGone
from tenant_apps.messaging.models import ChannelAccount
from tenant_apps.messaging.services import tell_office

SERVICES = {TWILIO: _("Twilio"), TELEGRAM: _("Telegram")}


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
