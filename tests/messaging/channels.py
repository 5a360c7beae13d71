"""What tests of messages by telephone, Telegram and browser say and do."""

from datetime import timedelta

from django.utils import timezone

from shared_apps.sandbox.messages import chats
from shared_apps.sandbox.messages.accounts import ensure_account
from shared_apps.sandbox.messages.calls import work
from shared_apps.tenants.context import public_context
from tenant_apps.messaging.models import Message
from tenant_apps.messaging.people import begin_chat
from tenant_apps.messaging.services import notify
from tests import make

NUMBER = "+447700900123"


KIND = "bookings/link"


class Data:
    """What connecting a provider in the demo asks of its data."""

    slug, name = "alpha", "Alpha Training"


def ways(notice):
    """How each message of a notice stands, by its channel."""
    return dict(Message.objects.filter(notice=notice).values_list("channel", "status"))


def hear():
    """The stand-ins tell us what they have to tell."""
    with public_context():
        return work(timezone.now() + timedelta(minutes=1))


def begin(token, name="Ada"):
    """Somebody opens a link to the bot and presses Start."""
    bot = ensure_account("telegram", "alpha", "Alpha Training")
    with public_context():
        chat = chats.start(bot, name, token)
    hear()
    return chat


def chat_of(ada):
    """Ada's chat with the bot, begun by the link that her page gives her."""
    return begin(begin_chat(ada.person))


def office_notice(owner, person=None):
    from tenant_apps.bookings.notifications import booking_to_tell
    from tenant_apps.bookings.notifications import facts as said

    told = {**said(booking_to_tell(make.confirmed_booking().pk)), "office_url": "https://alpha.test/admin/"}
    return notify("bookings/office_confirmed", user=owner, person=person, context=told)
