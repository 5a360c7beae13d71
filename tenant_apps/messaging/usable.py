"""What notices are written with: the provider's settings, its words, and the channels that it can use now."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from shared_apps.accounts.models import User
from shared_apps.core.queries import made_once
from shared_apps.core.types import JsonObject
from tenant_apps.messaging.channels import all_channels
from tenant_apps.messaging.models import ChannelAccount, MessagingSettings, Preferences, PushSubscription, Wording
from tenant_apps.people.models import ContactKind, ContactPoint, Person

NOBODY, NO_PERSON = UUID(int=0), UUID(int=1)  # keys that no row has


@dataclass(frozen=True)
class Means:
    """What a notice is written with, read at once: the provider's settings, own words and usable channels in their
    order; and of whom it is for the preferences, the chats and the devices."""

    settings: MessagingSettings
    wordings: Collection[Wording]
    channels: list[str]
    preferences: Preferences | None
    chats: list[str]
    devices: list[str]


def means(user: User | None = None, person: Person | None = None) -> Means:
    """Those of the present provider, for a notice to `user` or `person`."""
    keys = (user.pk if user else NOBODY, person.pk if person else NO_PERSON)
    rows = _rows(*keys)
    if not rows:
        MessagingSettings.objects.load()  # written when it is first needed
        rows = _rows(*keys)
    channels, quiet_from, quiet_until, services, wordings, chosen, chats, devices = rows[0]
    settings = MessagingSettings(channels=json.loads(channels), quiet_from=quiet_from, quiet_until=quiet_until)
    preferences = _preferences(json.loads(chosen[0])) if chosen else None
    words = [Wording(**json.loads(fields)) for fields in wordings]
    return Means(settings, words, _usable(services), preferences, chats, [str(key) for key in devices])


def _preferences(fields: JsonObject) -> Preferences:
    times = ("quiet_from", "quiet_until", "digest_at")
    return Preferences(**{
        name: time.fromisoformat(str(value)) if name in times and value else value for name, value in fields.items()
    })  # fmt: skip


def usable_channels() -> list[str]:
    """The names of the channels that need no account, or whose account is connected, in their order."""
    return _usable(_connected())


def _usable(services: Collection[str]) -> list[str]:
    return [channel.name for channel in all_channels() if not channel.needs or channel.needs in services]


def _connected() -> "QuerySet[ChannelAccount, str]":
    return ChannelAccount.objects.filter(disconnected_at=None).values_list("service", flat=True)


@made_once
def _rows(user: UUID, person: UUID) -> "QuerySet[MessagingSettings, tuple]":
    words = JSONObject(kind="kind", channel="channel", language="language", subject="subject", body="body")
    chosen = JSONObject(
        off="off",
        quiet_from="quiet_from",
        quiet_until="quiet_until",
        digest_at="digest_at",
        language="language",
        ended="ended",
    )
    chats = ContactPoint.objects.filter(person_id=person, kind=ContactKind.TELEGRAM, opted_out=False)
    return MessagingSettings.objects.values_list(
        "channels", "quiet_from", "quiet_until",
        ArraySubquery(_connected()),
        ArraySubquery(Wording.objects.order_by("language").values(words=words)),
        ArraySubquery(Preferences.objects.filter(user_id=user).values(chosen=chosen)),
        ArraySubquery(chats.order_by("created_at").values("value")),
        ArraySubquery(PushSubscription.objects.filter(user_id=user).order_by("created_at").values("pk")),
    )  # fmt: skip
