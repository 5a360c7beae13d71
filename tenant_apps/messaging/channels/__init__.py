"""The channels that there are, in the order in which people read them."""

from collections.abc import Iterator

from tenant_apps.messaging.channels.base import Channel, Recipient, Sent

__all__ = ["Channel", "Recipient", "Sent", "add_channel", "all_channels", "channel_named"]

_channels: dict[str, Channel] = {}


def add_channel(channel: Channel) -> None:
    """Let messages go by `channel`."""
    _channels[channel.name] = channel


def all_channels() -> Iterator[Channel]:
    """Every channel, whether or not this provider can use it."""
    yield from _channels.values()


def channel_named(name: str) -> Channel:
    """The channel called `name`. Raises KeyError."""
    return _channels[name]
