from dataclasses import dataclass
from uuid import UUID

from shared_apps.events.bus import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MessageTriedAgain(DomainEvent, name="message.tried_again"):
    """Somebody asked for an email that had failed to be sent once more."""

    message_id: UUID
