"""The inbox of an account, and how its owner wants to be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from shared_apps.core.types import Words
from tenant_apps.messaging.channels import Channel, all_channels, channel_named
from tenant_apps.messaging.kinds import EMAIL, Audience, Kind, known_kinds
from tenant_apps.messaging.models import MessagingSettings, Notice, Preferences, PushSubscription
from tenant_apps.messaging.routing import Hours, offered, wanted
from tenant_apps.messaging.usable import usable_channels
from tenant_apps.messaging.ways import DEVICE, note_ended

MOST_DEVICES = 10


class NotOffered(DomainError):
    """Somebody switches off what must be told, or chooses a way that is not offered for it."""

    code = "channel_not_offered"
    message = _("This can't be chosen for that kind of message.")


class QuietHoursNeedTwoTimes(DomainError):
    """Quiet hours without a beginning or an end, or with both the same."""

    code = "quiet_hours_incomplete"
    message = _("Quiet hours need a beginning and an end that differ.")


class SomebodyElsesDevice(DomainError):
    """The address of a browser that another account uses, without its keys."""

    code = "device_taken"
    message = _("This device is somebody else's.")


@dataclass(frozen=True)
class Choice:
    """Whether one kind goes to somebody by one channel; `fixed` if they can't change it, None where not offered."""

    channel: str
    on: bool | None
    fixed: bool = False

    @property
    def label(self) -> Words:
        """What the channel is called."""
        return channel_named(self.channel).label


@dataclass(frozen=True)
class KindChoices:
    """One kind of notice with what somebody chose for it."""

    kind: Kind
    choices: list[Choice]

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def label(self) -> Words:
        return self.kind.label


def unread_count(user: User) -> int:
    """How many notices in the inbox nobody has opened; 100 stands for more."""
    return Notice.objects.filter(user=user).unread()[:100].count()


def read(notice: Notice) -> None:
    """Whoever it is for has seen it. Read twice, it keeps the first time."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now())
    notice.refresh_from_db(fields=["read_at"])


def read_all(user: User) -> int:
    """Everything in the inbox is read; how many were not before."""
    return Notice.objects.filter(user=user).unread().update(read_at=now())


def read_about(user: User, about_id: UUID) -> None:
    """Whoever opens what notices are about has seen them."""
    Notice.objects.filter(user=user, about_id=about_id).unread().update(read_at=now())


def preferences_of(user: User) -> Preferences:
    """What `user` has chosen; an unwritten row where that is nothing yet."""
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)


def channels_to_choose() -> list[Channel]:
    """The channels that this provider can use."""
    usable = usable_channels()
    return [channel for channel in all_channels() if channel.name in usable]


def choices_of(user: User, preferences: Preferences) -> list[KindChoices]:
    """Every kind that may come to `user`, with a choice for each of `channels_to_choose`, in their order."""
    settings, usable = MessagingSettings.objects.load(), usable_channels()
    rows = []
    for kind in kinds_for(user):
        by = offered(kind, settings, may=usable)
        on = wanted(kind, by, preferences)
        choices = [
            Choice(name, None if name not in by else name in on, fixed=name == EMAIL and kind.essential)
            for name in usable
        ]
        rows.append(KindChoices(kind, choices))
    return rows


def kinds_for(user: User) -> list[Kind]:
    """Those that an account with these roles may get."""
    office = user.can("bookings.manage")
    theirs = {Audience.OFFICE, Audience.EVERYBODY} if office else {Audience.BUYER, Audience.EVERYBODY}
    return [kind for kind in known_kinds() if kind.audience in theirs]


@transaction.atomic
def change_preferences(
    user: User, *, channels: Mapping[str, Mapping[str, bool]] | None = None, quiet: Hours | None = None,
    digest_at: time | Literal[False] | None = False,
) -> Preferences:  # fmt: skip
    """Change what is given: `channels` by kind, `quiet` hours (twice None for none), `digest_at` (None for none).

    Raises `NotOffered` for a kind or channel that can't be chosen, `QuietHoursNeedTwoTimes`.
    """
    row = Preferences.objects.select_for_update().get_or_create(user=user)[0]
    if channels is not None:
        row.off = {**row.off, **_switched_off(user, row, channels)}
    if quiet is not None:
        if (quiet[0] is None) != (quiet[1] is None) or (quiet[0] is not None and quiet[0] == quiet[1]):
            raise QuietHoursNeedTwoTimes
        row.quiet_from, row.quiet_until = quiet
    if digest_at is not False:
        row.digest_at = digest_at
    row.save()
    return row


def _switched_off(user: User, row: Preferences, channels: Mapping[str, Mapping[str, bool]]) -> dict[str, list[str]]:
    known = {one.name: {choice.channel: choice for choice in one.choices} for one in choices_of(user, row)}
    off: dict[str, list[str]] = {}
    for kind, chosen in channels.items():
        found = set(row.off.get(kind, []))
        for name, on in chosen.items():
            choice = known.get(kind, {}).get(name)
            if choice is None or choice.on is None or (choice.fixed and not on):
                raise NotOffered
            found = found - {name} if on else found | {name}
        off[kind] = sorted(found)
    return off


@transaction.atomic
def subscribe(
    user: User, *, endpoint: str, p256dh: str, auth: str, device: str, session: str = ""
) -> PushSubscription:  # fmt: skip
    """Push what `user` is told to this browser, too. The same browser twice is once; the oldest of too many go.

    It is the browser of whoever is signed in there last: who has its keys is that browser. Raises `SomebodyElsesDevice`
    for its address without them.
    """
    known = PushSubscription.objects.filter(endpoint=endpoint).first()
    if known is not None and known.user_id != user.pk and (known.p256dh, known.auth) != (p256dh, auth):
        raise SomebodyElsesDevice
    row, _new = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={"user": user, "p256dh": p256dh, "auth": auth, "device": device[:60], "session": session},
    )
    theirs = PushSubscription.objects.filter(user=user).order_by("-created_at")
    PushSubscription.objects.filter(pk__in=[one.pk for one in theirs[MOST_DEVICES:]]).delete()
    return row


def unsubscribe(user: User, pk: str) -> bool:
    """Push nothing to this device of theirs any more; whether anything was."""
    theirs = {str(one.pk): one for one in devices_of(user)}
    if pk in theirs:
        theirs[pk].delete()
        note_ended(user, DEVICE)
    return pk in theirs


def devices_of(user: User) -> Iterable[PushSubscription]:
    """The browsers that show what `user` is told."""
    return PushSubscription.objects.filter(user=user).order_by("-created_at")
