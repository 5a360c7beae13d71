"""Where sessions happen, and the rooms there."""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import ProtectedError

from shared_apps.accounts.models import User
from shared_apps.events.bus import emit
from tenant_apps.scheduling.errors import RoomInUse
from tenant_apps.scheduling.events import PlaceChanged
from tenant_apps.scheduling.models import Place, Room


class PlaceDetails(TypedDict, total=False):
    """Place's own fields."""

    name: str
    address: str
    travel: str
    directions: str
    map_url: str


@transaction.atomic
def save_place(
    place: Place, *, rooms: Sequence[str] | None = None, by: User | None, **details: Unpack[PlaceDetails]
) -> Place:
    """Make or change a place. `rooms` are all its rooms as `Room.line`; what is no longer named is removed.

    Fields that are not given, and None for `rooms`, stay as they are.

    Raises `RoomInUse` for a room that sessions are or were in.
    """
    new = place._state.adding
    before = {} if new else Place.objects.select_for_update().filter(pk=place.pk).values(*details, "pk").get()
    fields = sorted(field for field, value in details.items() if before.get(field) != value)
    for field, value in details.items():
        setattr(place, field, value)
    place.save(update_fields=None if new else fields)
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
