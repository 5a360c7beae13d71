"""Links that begin a chat with a bot."""

import re

from django.conf import settings

BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,31}")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def deep_link(bot: str, payload: str) -> str:
    """Where somebody presses Start, so that `bot` (its user name) is told `payload`. In the sandbox, its own page."""
    if not BOT.fullmatch(bot) or not PAYLOAD.fullmatch(payload):
        raise ValueError("Telegram takes no such bot or payload.")
    if settings.SANDBOX:
        return f"{settings.SANDBOX_PUBLIC_URL}/telegram/{bot}/?start={payload}"
    return f"https://t.me/{bot}?start={payload}"
