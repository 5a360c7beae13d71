"""What carries the provider's messages: its accounts at the stand-ins for Twilio and Telegram."""

from django.conf import settings

from shared_apps.sandbox.messages.accounts import bot_of, ensure_account, twilio_of
from shared_apps.tenants.context import public_context
from shared_apps.tenants.urls import tenant_url
from tenant_apps.demo.shapes import ProviderData
from tenant_apps.messaging.accounts import TELEGRAM, TWILIO, keep_account


def connect(data: ProviderData) -> None:
    """Connect both, as the office would on its page; nothing where the stand-ins are off."""
    if not settings.SANDBOX:
        return
    texts, bot = twilio_of(data.slug), bot_of(data.slug)
    ensure_account(TWILIO, data.slug, data.name)
    keep_account(
        TWILIO, name=f"{data.name}, {texts.number}"[:100], public={"sid": texts.sid, "sender": texts.number},
        secret={"token": texts.token}, by=None,
    )  # fmt: skip
    secret = f"demo-{bot.id}"
    keep_account(
        TELEGRAM, name=f"@{bot.username}", public={"bot": bot.username},
        secret={"token": bot.token, "secret": secret}, by=None,
    )  # fmt: skip
    account, hook = ensure_account(TELEGRAM, data.slug, data.name), tenant_url("telegram_hook")
    with public_context():
        account.webhook, account.webhook_secret = hook, secret
        account.save(update_fields=["webhook", "webhook_secret"])
