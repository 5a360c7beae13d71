"""What Telegram tells a bot, read strictly: whoever knows the address of a webhook can send anything."""

import re
from dataclasses import dataclass

from shared_apps.core.types import JsonObject
from tenant_apps.messaging.channels.telegram.links import PAYLOAD

START = re.compile(r"/start(?:@\w{3,32})?(?:\s+(\S*))?\s*")
LARGEST_CHAT = 2**52  # ids have at most 52 bits
LARGEST_UPDATE = 2**63 - 1


class NotAnUpdate(ValueError):
    """This is nothing that Telegram would send."""


@dataclass(frozen=True)
class Update:
    """Something happened in the private chat `chat_id`. Telegram may send the same `update_id` again."""

    update_id: int
    chat_id: int
    name: str  # of the person, as they call themselves there


@dataclass(frozen=True)
class Started(Update):
    """Somebody pressed Start; `payload` is what their link carried, empty when they came by themselves."""

    payload: str


@dataclass(frozen=True)
class Wrote(Update):
    """Somebody typed a text."""

    text: str


@dataclass(frozen=True)
class Pressed(Update):
    """Somebody pressed a button under a message. `data` may be anything: a client can send what is on no button."""

    callback_id: str
    message_id: int
    data: str


@dataclass(frozen=True)
class Blocked(Update):
    """Somebody blocked the bot: nothing reaches them any more."""


@dataclass(frozen=True)
class Unblocked(Update):
    """Somebody let the bot write to them again."""


@dataclass(frozen=True)
class Ignored(Update):
    """Something that is of no concern to us: a sticker, a group, a changed message. `chat_id` is 0."""


def read_update(data: object) -> Update:
    """What happened. Raises `NotAnUpdate`, and nothing else, whatever `data` is."""
    if not isinstance(data, dict):
        raise NotAnUpdate("it is no object")
    number = _whole(data.get("update_id"), 0, LARGEST_UPDATE)
    if (pressed := data.get("callback_query")) is not None:
        return _pressed(number, _object(pressed))
    if (member := data.get("my_chat_member")) is not None:
        return _member(number, _object(member))
    if (message := data.get("message")) is not None:
        return _message(number, _object(message))
    return _ignored(number)


def _message(number: int, message: JsonObject) -> Update:
    chat = _private(message)
    text = message.get("text")
    if chat is None or text is None:
        return _ignored(number)
    if not isinstance(text, str):
        raise NotAnUpdate("a text that is none")
    if start := START.fullmatch(text):
        payload = start[1] or ""
        return Started(number, *chat, payload=payload if PAYLOAD.fullmatch(payload) else "")
    return Wrote(number, *chat, text=text[:4096])


def _pressed(number: int, query: JsonObject) -> Update:
    callback, data = query.get("id"), query.get("data")
    if not isinstance(callback, str) or not 0 < len(callback) <= 64:
        raise NotAnUpdate("a button without its call")
    message = query.get("message")
    if message is None or data is None:
        return _ignored(number)  # pressed under a message sent by others, or a game
    if not isinstance(data, str):
        raise NotAnUpdate("a button whose data are no text")
    chat = _private(_object(message))
    if chat is None:
        return _ignored(number)
    shown = _whole(_object(message).get("message_id"), 0, LARGEST_CHAT)
    return Pressed(number, *chat, callback_id=callback, message_id=shown, data=data[:64])


def _member(number: int, changed: JsonObject) -> Update:
    chat = _private(changed)
    status = _object(changed.get("new_chat_member")).get("status")
    if chat is None or status not in ("kicked", "member"):
        return _ignored(number)
    return Blocked(number, *chat) if status == "kicked" else Unblocked(number, *chat)


def _private(thing: JsonObject) -> tuple[int, str] | None:
    """The chat with one person and their name; None for a group, where others would read along."""
    chat = _object(thing.get("chat"))
    if chat.get("type") != "private":
        return None
    names = [chat.get(part) for part in ("first_name", "last_name")]
    name = " ".join(part for part in names if isinstance(part, str) and part)
    return _whole(chat.get("id"), 1, LARGEST_CHAT), name[:130]


def _ignored(number: int) -> Update:
    return Ignored(number, 0, "")


def _object(found: object) -> JsonObject:
    if not isinstance(found, dict):
        raise NotAnUpdate("a part that is no object")
    return found


def _whole(found: object, least: int, most: int) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise NotAnUpdate("a number that is none")
    return found
