from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.events.bus import DomainEvent, Told


@dataclass(frozen=True, kw_only=True)
class MessageTriedAgain(DomainEvent, name="message.tried_again", told=Told(_("Email tried again"), "mail")):
    """Somebody asked for an email that had failed to be sent once more."""

    message_id: UUID
