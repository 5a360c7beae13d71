"""The provider's accounts with services that carry messages: what we send with, and connecting them."""

import secrets

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.secrets import Unreadable, decrypt, encrypt
from shared_apps.core.time import now
from shared_apps.core.types import JsonObject
from shared_apps.events.bus import emit
from shared_apps.tenants.urls import tenant_url
from tenant_apps.messaging.channels.errors import ChannelDisconnected, ChannelError
from tenant_apps.messaging.channels.telegram import client as telegram
from tenant_apps.messaging.channels.twilio import client as twilio
from tenant_apps.messaging.events import ChannelConnected, ChannelGone, ChannelRemoved
from tenant_apps.messaging.models import ChannelAccount

log = structlog.get_logger()
TWILIO, TELEGRAM = "twilio", "telegram"


class NotConnected(DomainError):
    """The service does not take what was typed."""

    code = "channel_refused"
    message = _("The service does not accept this. Copy it once more from there.")


def twilio_account() -> twilio.TwilioAccount:
    """With what text messages go. Raises `ChannelDisconnected` where there is no account."""
    row, secret = _account(TWILIO)
    return twilio.TwilioAccount(str(row.public["sid"]), secret["token"], str(row.public["sender"]))


def bot_token() -> str:
    """The token of the provider's bot. Raises `ChannelDisconnected` where there is none."""
    return _account(TELEGRAM)[1]["token"]


def telegram_secret() -> str:
    """What Telegram says with each call so that we know it. Raises `ChannelDisconnected`."""
    return _account(TELEGRAM)[1]["secret"]


def bot_name() -> str:
    """The user name of the provider's bot; "" where Telegram can't be used now."""
    row = ChannelAccount.objects.filter(service=TELEGRAM, disconnected_at=None).first()
    return str(row.public["bot"]) if row else ""


def connect_twilio(*, sid: str, token: str, sender: str, by: User | None) -> ChannelAccount:
    """Send text messages with this account from now on. Asks Twilio first, outside a transaction.

    Raises `NotConnected` for one that Twilio does not know, `ChannelAway` while it can't be asked.
    """
    account = twilio.TwilioAccount(sid, token, sender)
    try:
        name = twilio.check_account(account)
    except ChannelDisconnected as error:
        raise NotConnected from error
    return keep_account(TWILIO, name=f"{name}, {sender}"[:100], public={"sid": sid, "sender": sender},
                 secret={"token": token}, by=by)  # fmt: skip


def connect_telegram(*, token: str, by: User | None) -> ChannelAccount:
    """Write as this bot from now on, and have it tell us what people answer. Asks Telegram first.

    Raises `NotConnected`, `ChannelAway`.
    """
    secret = secrets.token_urlsafe(32)
    try:
        bot = telegram.get_me(token)
        telegram.set_webhook(token, tenant_url("telegram_hook"), secret)
    except ChannelDisconnected as error:
        raise NotConnected from error
    return keep_account(TELEGRAM, name=f"@{bot.username}"[:100], public={"bot": bot.username},
                 secret={"token": token, "secret": secret}, by=by)  # fmt: skip


def remove_account(service: str, *, by: User | None) -> bool:
    """Send nothing by `service` any more; whether there was an account. What is queued there goes another way.

    Telegram is asked, outside a transaction, to tell us no more; if it can't be asked, it finds nobody here.
    """
    if service == TELEGRAM:
        try:
            telegram.delete_webhook(bot_token())
        except ChannelError as error:
            log.warning("the webhook of a bot was not taken away", error=str(error))
    with transaction.atomic():
        gone, _rows = ChannelAccount.objects.filter(service=service).delete()
        if gone:
            emit(ChannelRemoved(service=service), by=by)
    return bool(gone)


def note_disconnected(service: str, error: str) -> None:
    """`service` refuses the account: nothing is sent by it until somebody connects it anew. The office is told once."""
    rows = ChannelAccount.objects.filter(service=service, disconnected_at=None)
    if rows.update(disconnected_at=now(), error=error[:300]):
        emit(ChannelGone(service=service), by=None)


def _account(service: str) -> tuple[ChannelAccount, dict[str, str]]:
    row = ChannelAccount.objects.filter(service=service).first()
    if row is None:
        raise ChannelDisconnected("no account is connected")
    try:
        return row, decrypt(f"channel:{service}", row.secret)
    except Unreadable:
        raise ChannelDisconnected("what is kept of the account can't be read any more") from None


@transaction.atomic
def keep_account(
    service: str, *, name: str, public: JsonObject, secret: dict[str, str], by: User | None
) -> ChannelAccount:
    row, _new = ChannelAccount.objects.update_or_create(
        service=service,
        defaults={
            "name": name, "public": public, "secret": encrypt(f"channel:{service}", secret), "disconnected_at": None,
            "error": "",
        },
    )  # fmt: skip
    emit(ChannelConnected(service=service), by=by)
    return row
