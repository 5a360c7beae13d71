from dataclasses import dataclass
from uuid import UUID

from shared_apps.events.bus import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SessionScheduled(DomainEvent, name="session.scheduled"):
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionChanged(DomainEvent, name="session.changed"):
    """`moved`: its time or place is another one."""

    session_id: UUID
    changes: dict[str, list[str]]
    moved: bool


@dataclass(frozen=True, kw_only=True)
class SessionCancelledByOffice(DomainEvent, name="session.cancelled"):
    session_id: UUID
