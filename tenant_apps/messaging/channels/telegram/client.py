"""How we speak to Telegram as a bot. The token is a part of each address there: it is never logged nor told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from shared_apps.core.types import JsonObject
from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelRefused
from tenant_apps.messaging.channels.http import call

SERVICE = "telegram"
TOKEN = re.compile(r"([0-9]{5,20}):[A-Za-z0-9_-]{20,100}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MOST_LETTERS = 4096
HEARD = ["message", "callback_query", "my_chat_member"]


@dataclass(frozen=True)
class Button:
    """One button under a message: it tells us `data` (64 bytes at most), or opens `url`."""

    text: str
    data: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if bool(self.data) is bool(self.url) or len(self.data.encode()) > 64 or not self.text:
            raise ValueError("A button has a text and either data of up to 64 bytes or a link.")


@dataclass(frozen=True)
class Bot:
    """A bot as Telegram knows it."""

    id: int
    username: str
    name: str


def send_message(token: str, *, chat_id: int, text: str, buttons: Sequence[Sequence[Button]] = ()) -> int:
    """Send a plain text with rows of buttons, and return its number in that chat. Raises a `ChannelError`."""
    if not 0 < len(text) <= MOST_LETTERS:
        raise ChannelRefused("too_long", _("The message is empty or too long."))
    body: JsonObject = {"chat_id": chat_id, "text": text, "link_preview_options": {"is_disabled": True}}
    if buttons:
        body["reply_markup"] = _keyboard(buttons)
    made = _call(token, "sendMessage", body)
    number = made.get("message_id") if isinstance(made, dict) else None
    if not isinstance(number, int):
        raise ChannelAway("Telegram took a message and gave it no number", unsure=True)
    return number


def answer_callback(token: str, *, callback_id: str, text: str = "") -> None:
    """Let the button that was pressed stop waiting, with a short note where there is one. Raises a `ChannelError`."""
    _call(token, "answerCallbackQuery", {"callback_query_id": callback_id, **({"text": text[:200]} if text else {})})


def edit_reply_markup(
    token: str, *, chat_id: int, message_id: int, buttons: Sequence[Sequence[Button]] = ()
) -> None:  # fmt: skip
    """Put other buttons under a message, or none. Raises a `ChannelError`."""
    body = {"chat_id": chat_id, "message_id": message_id, "reply_markup": _keyboard(buttons)}
    try:
        _call(token, "editMessageReplyMarkup", body)
    except ChannelRefused as refused:
        if refused.code != "not_modified":  # it shows them already
            raise


def edit_text(
    token: str, *, chat_id: int, message_id: int, text: str, buttons: Sequence[Sequence[Button]] = ()
) -> None:  # fmt: skip
    """Put another text in the place of a message, with buttons or none. Raises a `ChannelError`."""
    body = {"chat_id": chat_id, "message_id": message_id, "text": text, "reply_markup": _keyboard(buttons)}
    try:
        _call(token, "editMessageText", body)
    except ChannelRefused as refused:
        if refused.code != "not_modified":
            raise


def get_me(token: str) -> Bot:
    """The bot whose token this is. Raises a `ChannelError`."""
    found = _call(token, "getMe", {})
    if not isinstance(found, dict) or not isinstance(found.get("id"), int) or not found.get("is_bot"):
        raise ChannelAway("Telegram did not say which bot this is")
    return Bot(found["id"], str(found.get("username") or ""), str(found.get("first_name") or ""))


def set_webhook(token: str, url: str, secret: str) -> None:
    """Have the bot's updates sent to `url`, with `secret` in X-Telegram-Bot-Api-Secret-Token."""
    if not SECRET.fullmatch(secret):
        raise ValueError("A secret has up to 256 letters, digits, _ and -.")
    _call(token, "setWebhook", {"url": url, "secret_token": secret, "allowed_updates": HEARD})


def delete_webhook(token: str) -> None:
    """Have no more updates sent. Raises a `ChannelError`."""
    _call(token, "deleteWebhook", {})


def bot_id(token: str) -> str:
    """The part of a token that is no secret; empty when it is no token."""
    match = TOKEN.fullmatch(token)
    return match[1] if match else ""


def _keyboard(buttons: Sequence[Sequence[Button]]) -> JsonObject:
    rows = [[{"text": each.text, **_does(each)} for each in row] for row in buttons]
    return {"inline_keyboard": rows}


def _does(button: Button) -> JsonObject:
    return {"url": button.url} if button.url else {"callback_data": button.data}


def _call(token: str, method: str, body: JsonObject) -> object:
    account = bot_id(token)
    if not account:  # and nothing else may become a part of an address
        raise ChannelDisconnected("this is no token of a Telegram bot")
    base = settings.TELEGRAM_API_BASE or "https://api.telegram.org"
    answer = call("POST", f"{base}/bot{token}/{method}", service=SERVICE, account=account, body=body)
    said = answer.json()
    if said.get("ok") is True:
        return said.get("result")
    if answer.status in (401, 404):
        raise ChannelDisconnected("Telegram does not accept the bot's token")
    raise _refusal(answer.status, str(said.get("description") or ""))


def _refusal(status: int, told: str) -> ChannelRefused:
    lower = told.lower()
    if status == 403:
        code = "deactivated" if "deactivated" in lower else "blocked"
        return ChannelRefused(code, _("This person has blocked the bot, or has left Telegram."), gone=True)
    if "chat not found" in lower or "user not found" in lower or "peer_id_invalid" in lower:
        return ChannelRefused("chat_not_found", _("This chat does not exist, or never began."), gone=True)
    if "not modified" in lower:
        return ChannelRefused("not_modified", _("It is so already."))
    if "query is too old" in lower:
        return ChannelRefused("too_late", _("The button was pressed too long ago."))
    if "too long" in lower:
        return ChannelRefused("too_long", _("The message is empty or too long."))
    return ChannelRefused(str(status), told[:300] or _("Telegram refused it."))
