"""What notices are written with: the provider's settings, its words, and the channels that it can use now."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from shared_apps.core.queries import made_once
from tenant_apps.messaging.channels import all_channels
from tenant_apps.messaging.models import ChannelAccount, MessagingSettings, Wording


@dataclass(frozen=True)
class Means:
    """What a provider sends with, read at once: its settings, its own words, and the usable channels in their order."""

    settings: MessagingSettings
    wordings: Collection[Wording]
    channels: list[str]


def means() -> Means:
    """Those of the present provider."""
    rows = _rows()
    if not rows:
        MessagingSettings.objects.load()  # written when it is first needed
        rows = _rows()
    channels, quiet_from, quiet_until, services, wordings = rows[0]
    settings = MessagingSettings(channels=json.loads(channels), quiet_from=quiet_from, quiet_until=quiet_until)
    return Means(settings, [Wording(**json.loads(fields)) for fields in wordings], _usable(services))


def usable_channels() -> list[str]:
    """The names of the channels that need no account, or whose account is connected, in their order."""
    return _usable(_connected())


def _usable(services: Collection[str]) -> list[str]:
    return [channel.name for channel in all_channels() if not channel.needs or channel.needs in services]


def _connected() -> "QuerySet[ChannelAccount, str]":
    return ChannelAccount.objects.filter(disconnected_at=None).values_list("service", flat=True)


@made_once
def _rows() -> "QuerySet[MessagingSettings, tuple]":
    words = JSONObject(kind="kind", channel="channel", language="language", subject="subject", body="body")
    return MessagingSettings.objects.values_list(
        "channels", "quiet_from", "quiet_until",
        ArraySubquery(_connected()),
        ArraySubquery(Wording.objects.order_by("language").values(words=words)),
    )  # fmt: skip
