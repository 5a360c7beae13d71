"""Where sessions happen, and the rooms there."""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import ProtectedError

from shared_apps.accounts.models import User
from shared_apps.events.bus import emit
from tenant_apps.scheduling.errors import RoomInUse
from tenant_apps.scheduling.events import PlaceChanged, SessionChanged
from tenant_apps.scheduling.models import OPEN, Place, Room, Session
from tenant_apps.scheduling.moves import Snapshot, announce, snapshot


class PlaceDetails(TypedDict, total=False):
    """Place's own fields."""

    name: str
    address: str
    travel: str
    directions: str
    map_url: str


@transaction.atomic
def save_place(
    place: Place, *, rooms: Sequence[str] | None = None, same_spot: bool = False, by: User | None,
    **details: Unpack[PlaceDetails],
) -> Place:  # fmt: skip
    """Make or change a place. `rooms` are all its rooms as `Room.line`; what is no longer named is removed.

    Fields that are not given, and None for `rooms`, stay as they are. With another address its sessions to come are
    elsewhere, as if each of them were moved there, unless it is the `same_spot`, written otherwise.

    Raises `RoomInUse` for a room that sessions are or were in.
    """
    new = place._state.adding
    locked = Place.objects.select_for_update(no_key=True).filter(pk=place.pk)
    before = {} if new else locked.values(*details, "pk").get()
    fields = sorted(field for field, value in details.items() if before.get(field) != value)
    there = sessions_to_come(place) if "address" in fields and not new else []
    known_as = {session.pk: snapshot(session) for session in there}
    for field, value in details.items():
        setattr(place, field, value)
    place.save(update_fields=None if new else fields)
    for session in there:
        session.place = place
        if session.where != known_as[session.pk]["where"]:
            _move_along(session, known_as[session.pk], told=not same_spot, by=by)
    known = {room.name: room for room in place.rooms.all()}
    before_rooms = sorted(room.line for room in known.values())
    wanted = dict(Room.parse(line) for line in (before_rooms if rooms is None else rooms))
    for name in known.keys() - wanted.keys():
        try:
            with transaction.atomic():
                known[name].delete()
        except ProtectedError as error:
            raise RoomInUse(name) from error
    for name, holds in wanted.items():
        if name not in known:
            Room.objects.create(place=place, name=name, capacity=holds)
        elif known[name].capacity != holds:
            known[name].capacity = holds
            known[name].save(update_fields=["capacity"])
    lines = sorted(room.line for room in place.rooms.all())
    if fields or lines != before_rooms:
        emit(PlaceChanged(place_id=place.pk, fields=fields, rooms=lines), by=by, subject=place)
    return place


def sessions_to_come(place: Place) -> list[Session]:
    """Those that are to take place there, or do; locked until the transaction ends."""
    rows = Session.objects.filter(place=place, status__in=OPEN).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return list(rows.select_related("course", "place", "room"))


def dates_booked_at(place: Place) -> int:
    """How many sessions are to take place there, or do, on which somebody is booked."""
    return Session.objects.filter(place=place, status__in=OPEN, seats_taken__gt=0).count()


def _move_along(session: Session, before: Snapshot, *, told: bool, by: User | None) -> None:
    """Calendars take the new address of `session`; if they are to be `told`, those booked hear it as any move."""
    session.sequence += 1
    undone_since = announce(session, before, note="") if told else ""
    session.save(update_fields=["sequence", "move_untold", "tell_move_at", "move_note"])
    if told:
        event = SessionChanged(
            session_id=session.pk, changes={"place": [before["where"], session.where]}, moved=True,
            elsewhere=not undone_since, undone_since=undone_since,
        )  # fmt: skip
        emit(event, by=by, subject=session)
