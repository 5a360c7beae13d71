from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from shared_apps.events.bus import DomainEvent, Told


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(DomainEvent, name="settings.changed", told=Told(_("Settings changed"), "settings")):
    """The provider's look or choices were changed; `what` is `brand`, `terms` or `payments` (once: `settings`).

    `fields` names what; `changes` has before and after of what is short.
    """

    what: str
    fields: list[str]
    changes: dict[str, list[str]] = field(default_factory=dict)
