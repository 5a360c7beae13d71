"""What happens to messages, and to the accounts that they are sent with."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.events.bus import DomainEvent, Told


@dataclass(frozen=True, kw_only=True)
class MessageTriedAgain(DomainEvent, name="message.tried_again", told=Told(_("Message tried again"), "mail")):
    """Somebody asked for a message that had failed to be sent once more."""

    message_id: UUID


@dataclass(frozen=True, kw_only=True)
class ChannelConnected(DomainEvent, name="channel.connected", told=Told(_("Account for messages connected"), "plug")):
    """The provider's account with `service` (twilio, telegram) is used from now on."""

    service: str


@dataclass(frozen=True, kw_only=True)
class ChannelRemoved(DomainEvent, name="channel.removed", told=Told(_("Account for messages removed"), "unplug")):
    """Nothing is sent by `service` any more."""

    service: str


@dataclass(frozen=True, kw_only=True)
class ChannelGone(DomainEvent, name="channel.gone", told=Told(_("Account for messages refused"), "unplug")):
    """`service` does not accept the provider's account any more."""

    service: str


@dataclass(frozen=True, kw_only=True)
class WayEnded(DomainEvent, name="channel.way_ended", told=Told(_("No longer reached by a channel"), "unplug")):
    """The last chat or browser by which somebody was told things takes no more since `since`."""

    way: str
    user_id: UUID | None
    person_id: UUID | None
    since: str


@dataclass(frozen=True, kw_only=True)
class WordingChanged(DomainEvent, name="wording.changed", told=Told(_("Wording of messages changed"), "pencil")):
    """The provider gave a kind of message words of its own, or took them back."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class MessagingChanged(DomainEvent, name="messaging.changed", told=Told(_("Messaging changed"), "settings")):
    """By which channels kinds of messages go, or when telephones stay silent."""
