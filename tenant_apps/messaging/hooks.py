"""What services tell us: that a message arrived or did not, and what people do in a chat with the bot."""

from uuid import UUID

import structlog
from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.core.hooks import Hook
from shared_apps.events.idempotency import locked_answer
from shared_apps.tenants.context import current_tenant
from tenant_apps.messaging.accounts import bot_token
from tenant_apps.messaging.channels.errors import ChannelError, ChannelRefused
from tenant_apps.messaging.channels.telegram import client as telegram
from tenant_apps.messaging.channels.telegram.updates import Blocked, Pressed, Started, Update, Wrote
from tenant_apps.messaging.channels.twilio.client import Delivery
from tenant_apps.messaging.models import Message
from tenant_apps.messaging.people import leave_chat, link_chat, return_to_chat
from tenant_apps.messaging.sending import delivered, fail, taken

log = structlog.get_logger()
ARRIVED = {"delivered", "read"}
LEAVE = {"/stop", "stop"}
SEEN_FOR = 24 * 3600  # seconds; Telegram repeats an update for a while when it got no answer
# A button under a message of ours was pressed: called with `chat_id` and `data`, in a transaction. Whoever knows the
# data answers by adding a short text to `said`.
button_pressed = Hook()


@transaction.atomic
def take_delivery(message_id: UUID, delivery: Delivery, *, turn: int | None = None) -> None:
    """Write down what Twilio tells of a message. It may tell the same thing twice, or late and out of order.

    `turn` is the try of which it tells. Without it, it is told by what Twilio called the last few.
    """
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None or (turn is not None and turn != message.turn):
        return
    if delivery.reference in message.former_reference.split():
        return
    if message.reference not in ("", delivery.reference):
        return
    if isinstance(delivery.error, ChannelRefused) and message.status in ("queued", "sent"):
        fail(message, delivery.error.text)
    elif delivery.error is not None and message.status in ("queued", "sent"):
        fail(message, str(delivery.error))
    elif delivery.status in ARRIVED:
        delivered(message)
    else:
        taken(message, delivery.reference)


def take_update(update: Update) -> None:
    """Do what somebody asked for in the chat with our bot. The same update twice is done once."""
    key = f"telegram-update:{update.update_id}"
    if cache.get(key):
        return
    with transaction.atomic():
        if isinstance(update, Started) and update.payload:
            # A link opens once, so that it was opened by this very update is kept with what the link did.
            done = locked_answer(key, user_id=None)
            if done.body is not None:
                return
            done.body = {}
            done.save(update_fields=["body"])
        _do(update)
    cache.set(key, 1, SEEN_FOR)  # only now: one that failed comes again


def _do(update: Update) -> None:
    if isinstance(update, Started):
        known = (
            return_to_chat(update.chat_id) if not update.payload else link_chat(update.payload, chat_id=update.chat_id)
        )
        answer.delay_on_commit(update.chat_id, _welcome(known=bool(known)))
    elif isinstance(update, Blocked):
        leave_chat(update.chat_id)
    elif isinstance(update, Wrote) and update.text.strip().lower() in LEAVE:
        leave_chat(update.chat_id)
        answer.delay_on_commit(update.chat_id, _("You get no more messages here. To have them again, use your link."))
    elif isinstance(update, Pressed):
        said: list[str] = []
        with transaction.atomic():
            button_pressed(chat_id=update.chat_id, message_id=update.message_id, data=update.data, said=said)
        stop_waiting.delay_on_commit(update.callback_id, " ".join(said))


def _welcome(*, known: bool) -> str:
    site = current_tenant().name
    if known:
        return _("This chat is connected. %s writes to you here from now on. To end that, send /stop.") % site
    return _("This link is of no use any more. Open the one on your page at %s once more.") % site


@shared_task(name="messaging.answer_in_telegram")
def answer(chat_id: int, text: str) -> None:
    """Say something in a chat at once. What does not arrive is not tried again: whoever wrote asks again."""
    try:
        telegram.send_message(bot_token(), chat_id=chat_id, text=text)
    except ChannelError as error:
        log.warning("answer in Telegram not sent", error=str(error))


@shared_task(name="messaging.stop_waiting_in_telegram")
def stop_waiting(callback_id: str, text: str) -> None:
    """Let a button that was pressed stop waiting."""
    try:
        telegram.answer_callback(bot_token(), callback_id=callback_id, text=text)
    except ChannelError as error:
        log.warning("button in Telegram not answered", error=str(error))
