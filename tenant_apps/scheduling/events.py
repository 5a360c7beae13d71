from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.events.bus import DomainEvent, Told


@dataclass(frozen=True, kw_only=True)
class SessionScheduled(
    DomainEvent, name="session.scheduled", told=Told(_("Put on the calendar"), "calendar-plus", "info")
):
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionChanged(DomainEvent, name="session.changed", told=Told(_("Changed"), "pencil")):
    """`moved`: its time, place or link is another one; `elsewhere`: its time or place.

    `undone_since`: an instant, ISO 8601, since when it was otherwise; nobody was told, and it is again as it was.
    """

    session_id: UUID
    changes: dict[str, list[str]]
    moved: bool
    elsewhere: bool = False
    undone_since: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionMoved(
    DomainEvent, name="session.moved", told=Told(_("Those booked were told of the change"), "mail", "info")
):
    """Those booked are to be told of another time or place: `before` is the `snapshot` they know, with `since` when.

    `sequence` numbers the session's moves, for calendars; `note` is what the office adds.
    """

    session_id: UUID
    before: dict[str, Any]
    note: str
    sequence: int


@dataclass(frozen=True, kw_only=True)
class SessionBegan(DomainEvent, name="session.began", told=Told(_("Began"), "play", "info")):
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SessionEnded(DomainEvent, name="session.ended", told=Told(_("Over"), "flag")):
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlaceChanged(DomainEvent, name="place.changed", told=Told(_("Place changed"), "map-pin")):
    """A place was added or changed; `fields` names what, `rooms` are those it has now, as `Room.line`."""

    place_id: UUID
    fields: list[str]
    rooms: list[str]


@dataclass(frozen=True, kw_only=True)
class SessionCancelledByOffice(DomainEvent, name="session.cancelled", told=Told(_("Called off"), "circle-x", "error")):
    """A session was called off; `reason` is what the office says to those booked, perhaps nothing."""

    session_id: UUID
    reason: str = ""
