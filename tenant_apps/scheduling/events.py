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
class PlaceChanged(DomainEvent, name="place.changed"):
    """A place was added or changed; `fields` names what, `rooms` are those it has now."""

    place_id: UUID
    fields: list[str]
    rooms: list[str]


@dataclass(frozen=True, kw_only=True)
class SessionCancelledByOffice(DomainEvent, name="session.cancelled"):
    """A session was called off; `reason` is what the office says to those booked, perhaps nothing."""

    session_id: UUID
    reason: str = ""
