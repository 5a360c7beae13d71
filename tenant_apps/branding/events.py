from dataclasses import dataclass

from shared_apps.events.bus import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(DomainEvent, name="settings.changed"):
    """The provider's look or choices were changed; `fields` names what, `what` is `brand` or `settings`."""

    what: str
    fields: list[str]
