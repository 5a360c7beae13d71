from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared_apps.events.bus import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SessionScheduled(DomainEvent, name="session.scheduled"):
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionChanged(DomainEvent, name="session.changed"):
    """`moved`: its time, place or link is another one; `elsewhere`: its time or place.

    `undone_since`: an instant, ISO 8601, since when it was otherwise; nobody was told, and it is again as it was.
    """

    session_id: UUID
    changes: dict[str, list[str]]
    moved: bool
    elsewhere: bool = False
    undone_since: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionMoved(DomainEvent, name="session.moved"):
    """Those booked are to be told of another time or place: `before` is the `snapshot` they know, with `since` when.

    `sequence` numbers the session's moves, for calendars; `note` is what the office adds.
    """

    session_id: UUID
    before: dict[str, Any]
    note: str
    sequence: int


@dataclass(frozen=True, kw_only=True)
class SessionBegan(DomainEvent, name="session.began"):
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionEnded(DomainEvent, name="session.ended"):
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlaceChanged(DomainEvent, name="place.changed"):
    """A place was added or changed; `fields` names what, `rooms` are those it has now, as `Room.line`."""

    place_id: UUID
    fields: list[str]
    rooms: list[str]


@dataclass(frozen=True, kw_only=True)
class SessionCancelledByOffice(DomainEvent, name="session.cancelled"):
    """A session was called off; `reason` is what the office says to those booked, perhaps nothing."""

    session_id: UUID
    reason: str = ""
