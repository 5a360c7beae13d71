"""Chats with bots: what Telegram takes from a bot, and what a person does there."""

import json
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from shared_apps.core.digits import whole_number
from shared_apps.core.types import JsonObject
from shared_apps.sandbox.messages.calls import tell
from shared_apps.sandbox.models import ButtonPress, Chat, ChatMessage, ServiceAccount

MOST_LETTERS = 4096
Buttons = list[list[dict[str, str]]]


class TelegramError(Exception):
    """An answer that is not ok."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


# --- What a bot does ---------------------------------------------------------------------------------


@transaction.atomic
def send(bot: ServiceAccount, params: JsonObject) -> JsonObject:
    """sendMessage."""
    text, buttons = _text(params), _keyboard(params.get("reply_markup"))
    chat = _chat(bot, params.get("chat_id"))
    return shown(_write(chat, text, from_bot=True, buttons=buttons))


@transaction.atomic
def edit(bot: ServiceAccount, params: JsonObject, *, text: bool) -> JsonObject:
    """editMessageText and editMessageReplyMarkup."""
    chat = _chat(bot, params.get("chat_id"))
    message = chat.messages.filter(number=_whole(params.get("message_id")), from_bot=True).first()
    if message is None:
        raise TelegramError(400, "Bad Request: message to edit not found")
    before = (message.text, message.buttons)
    if text:
        message.text = _text(params)
    message.buttons = _keyboard(params.get("reply_markup"))
    if (message.text, message.buttons) == before:
        raise TelegramError(400, "Bad Request: message is not modified: specified new message content and reply markup "
                            "are exactly the same as a current content and reply markup of the message")  # fmt: skip
    message.edited_at = timezone.now()
    message.save()
    return shown(message)


@transaction.atomic
def answer(bot: ServiceAccount, params: JsonObject) -> bool:
    """answerCallbackQuery."""
    rows = ButtonPress.objects.select_for_update().filter(message__chat__bot=bot, answered_at=None)
    press = rows.filter(callback=str(params.get("callback_query_id", ""))[:30]).first()
    if press is None:
        raise TelegramError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    press.note, press.answered_at = str(params.get("text") or "")[:200], timezone.now()
    press.save()
    return True


def set_webhook(bot: ServiceAccount, params: JsonObject) -> bool:
    """setWebhook. Unlike Telegram it takes http, since the sandbox lives on one machine."""
    url, heard = str(params.get("url") or ""), params.get("allowed_updates")
    if url and not url.startswith(("https://", "http://")):
        raise TelegramError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    bot.webhook, bot.webhook_secret = url[:500], str(params.get("secret_token") or "")[:256]
    bot.heard = heard if isinstance(heard, list) else []
    bot.save(update_fields=["webhook", "webhook_secret", "heard"])
    return True


def _chat(bot: ServiceAccount, id: object) -> Chat:
    chat = bot.chats.select_for_update().filter(pk=_whole(id)).first()
    if chat is None:
        raise TelegramError(400, "Bad Request: chat not found")
    if chat.blocked:
        raise TelegramError(403, "Forbidden: bot was blocked by the user")
    return chat


def _text(params: JsonObject) -> str:
    text = str(params.get("text") or "")
    if not text.strip():
        raise TelegramError(400, "Bad Request: message text is empty")
    if len(text) > MOST_LETTERS:
        raise TelegramError(400, "Bad Request: message is too long")
    return text


def _keyboard(markup: object) -> Buttons:
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return [[_button(button) for button in row] for row in rows if row]


def _button(button: JsonObject) -> dict[str, str]:
    text, data, url = (str(button.get(name) or "") for name in ("text", "callback_data", "url"))
    if not text:
        raise TelegramError(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in it")
    if len(data.encode()) > 64 or not (data or url):
        raise TelegramError(400, "Bad Request: BUTTON_DATA_INVALID")
    return {"text": text, **({"callback_data": data} if data else {"url": url})}


def _whole(found: object) -> int:
    return whole_number(str(found), -(10**17), 10**17) or 0


# --- What a person does ------------------------------------------------------------------------------


@transaction.atomic
def start(bot: ServiceAccount, name: str, payload: str) -> Chat:
    """Press Start, as the person called `name`; whoever had blocked the bot lets it write again."""
    chat, _ = Chat.objects.get_or_create(bot=bot, name=name, defaults={"id": _new_id()})
    if chat.blocked:
        block(chat, False)
    say(chat, f"/start {payload}".strip())
    return chat


@transaction.atomic
def say(chat: Chat, text: str) -> None:
    """Type a text."""
    chat = Chat.objects.select_for_update(of=("self",)).select_related("bot").get(pk=chat.pk)
    _update(chat.bot, "message", shown(_write(chat, text, from_bot=False)))


@transaction.atomic
def press(message: ChatMessage, data: str) -> ButtonPress:
    """Press the button that carries `data`."""
    row = ButtonPress.objects.create(message=message, callback=str(secrets.randbits(60)), data=data)
    chat = message.chat
    query = {"id": row.callback, "from": _person(chat), "message": shown(message), "chat_instance": str(chat.pk)}
    _update(chat.bot, "callback_query", {**query, "data": data})
    return row


@transaction.atomic
def block(chat: Chat, blocked: bool) -> None:
    """Block the bot, or let it write again."""
    if not Chat.objects.filter(pk=chat.pk).exclude(blocked=blocked).update(blocked=blocked):
        return
    chat.blocked = blocked
    old, new = ("member", "kicked") if blocked else ("kicked", "member")
    bot = {"id": int(chat.bot_id), "is_bot": True, "first_name": chat.bot.name, "username": chat.bot.sender}
    changed = {
        "chat": _shown_chat(chat), "from": _person(chat), "date": int(timezone.now().timestamp()),
        "old_chat_member": {"user": bot, "status": old}, "new_chat_member": {"user": bot, "status": new},
    }  # fmt: skip
    _update(chat.bot, "my_chat_member", changed)


def shown(message: ChatMessage) -> JsonObject:
    """A message as the API shows it."""
    chat = message.chat
    bot = {"id": int(chat.bot_id), "is_bot": True, "first_name": chat.bot.name, "username": chat.bot.sender}
    whole: JsonObject = {
        "message_id": message.number, "date": int(message.created_at.timestamp()), "chat": _shown_chat(chat),
        "from": bot if message.from_bot else _person(chat), "text": message.text,
    }  # fmt: skip
    if message.text.startswith("/"):
        length = len(message.text.split()[0])
        whole["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    if message.buttons:
        whole["reply_markup"] = {"inline_keyboard": message.buttons}
    return whole


def _write(chat: Chat, text: str, *, from_bot: bool, buttons: Sequence[Sequence[dict[str, str]]] = ()) -> ChatMessage:
    chat.last_number += 1
    chat.save(update_fields=["last_number"])
    return ChatMessage.objects.create(
        chat=chat, number=chat.last_number, from_bot=from_bot, text=text, buttons=[list(row) for row in buttons]
    )


def _update(bot: ServiceAccount, kind: str, what: JsonObject) -> None:
    bot = ServiceAccount.objects.select_for_update().get(pk=bot.pk)
    if not bot.webhook or (bot.heard and kind not in bot.heard):
        return
    bot.updates += 1
    bot.save(update_fields=["updates"])
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": bot.webhook_secret}
    body = json.dumps({"update_id": bot.updates, kind: what})
    tell(bot, url=bot.webhook, headers=headers, body=body, told=kind)


def _shown_chat(chat: Chat) -> JsonObject:
    return {"id": chat.pk, "type": "private", **_names(chat)}


def _person(chat: Chat) -> JsonObject:
    return {"id": chat.pk, "is_bot": False, "language_code": "en", **_names(chat)}


def _names(chat: Chat) -> dict[str, str]:
    first, _, last = chat.name.partition(" ")
    return {"first_name": first, **({"last_name": last} if last else {})}


def _new_id() -> int:
    return 5_000_000_000 + secrets.randbelow(2_000_000_000)
