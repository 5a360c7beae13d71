"""Well-known accounts: each provider has one at Twilio and one bot, which follow from its slug."""

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from shared_apps.sandbox.models import ServiceAccount
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Tenant

TWILIO, TELEGRAM = ServiceAccount.Service.TWILIO, ServiceAccount.Service.TELEGRAM
# Approved templates for WhatsApp, the same in each account. {{1}} is the first word it is given.
TEMPLATES = {
    "HX00000000000000000000000000000001": "{{1}}",
    "HX00000000000000000000000000000002": "Hello {{1}}, {{2}}",
    "HX00000000000000000000000000000003": "{{1}}: {{2}}\n\n{{3}}",
}


@dataclass(frozen=True)
class TwilioDetails:
    """What a provider would read on its page at Twilio."""

    sid: str
    token: str
    number: str
    messaging_service: str


@dataclass(frozen=True)
class BotDetails:
    """What BotFather would tell a provider."""

    id: str
    token: str
    username: str


def twilio_of(slug: str) -> TwilioDetails:
    """The account at Twilio of the provider with this slug."""
    letters = _hash("twilio", slug)
    number = f"+4477009{int(letters[:10], 16) % 100_000:05}"
    return TwilioDetails(f"AC{letters[:32]}", _hash("twilio token", slug)[:32], number, f"MG{_hash('mg', slug)[:32]}")


def bot_of(slug: str) -> BotDetails:
    """The bot of the provider with this slug."""
    letters = _hash("telegram", slug)
    number = str(7_000_000_000 + int(letters[:8], 16) % 1_000_000_000)
    word = slug.replace("-", "_")
    name = word if word[:1].isalpha() else f"t_{word}"
    username = f"{name}_bot" if len(name) <= 28 else f"{name[:22]}_{letters[:5]}_bot"
    return BotDetails(number, f"{number}:AA{_hash('telegram token', slug)[:33]}", username)


def account(service: str, id: str) -> ServiceAccount | None:
    """The account with this id; made when it is some provider's and was not asked for before."""
    row = ServiceAccount.objects.filter(pk=id, service=service).first()
    if row is not None:
        return row
    for slug, name in Tenant.objects.values_list("slug", "name"):
        if id == (twilio_of(slug).sid if service == TWILIO else bot_of(slug).id):
            return ensure_account(service, slug, name)
    return None


def ensure_account(service: str, slug: str, name: str) -> ServiceAccount:
    """The account of the provider `slug`; made when it is missing. Works from any tenant's context."""
    with public_context():
        if found := ServiceAccount.objects.filter(service=service, slug=slug).first():
            return found
        details = _twilio(slug) if service == TWILIO else _bot(slug)
        try:
            with transaction.atomic():
                return ServiceAccount.objects.create(service=service, slug=slug, name=name, **details)
        except IntegrityError:  # somebody else just made it
            return ServiceAccount.objects.get(service=service, slug=slug)


def bot_called(username: str) -> ServiceAccount | None:
    """The bot with this user name; in whatever letters, as Telegram takes it."""
    row = ServiceAccount.objects.filter(service=TELEGRAM, sender__iexact=username).first()
    if row is not None:
        return row
    for slug, name in Tenant.objects.values_list("slug", "name"):
        if bot_of(slug).username.lower() == username.lower():
            return ensure_account(TELEGRAM, slug, name)
    return None


def _twilio(slug: str) -> dict[str, str]:
    details = twilio_of(slug)
    return {"id": details.sid, "token": details.token, "sender": details.number}


def _bot(slug: str) -> dict[str, str]:
    details = bot_of(slug)
    return {"id": details.id, "token": details.token, "sender": details.username}


def _hash(what: str, slug: str) -> str:
    return hashlib.sha256(f"sandbox {what} {slug}".encode()).hexdigest()
