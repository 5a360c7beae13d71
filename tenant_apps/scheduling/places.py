"""Where sessions happen, and the rooms there."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from shared_apps.events.bus import emit
from tenant_apps.scheduling.errors import RoomInUse
from tenant_apps.scheduling.events import PlaceChanged
from tenant_apps.scheduling.models import Place, Room


@transaction.atomic
def save_place(place: Place, *, rooms: Sequence[str] | None = None, by: Any, **details: Any) -> Place:
    """Make or change a place. `rooms` are the names of all its rooms; what is no longer named is removed.

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
    rooms = list(known) if rooms is None else rooms
    for name in known.keys() - set(rooms):
        try:
            with transaction.atomic():
                known[name].delete()
        except ProtectedError as error:
            raise RoomInUse(name) from error
    Room.objects.bulk_create(Room(place=place, name=name) for name in dict.fromkeys(rooms) if name not in known)
    if fields or known.keys() != set(rooms):
        emit(PlaceChanged(place_id=place.pk, fields=fields, rooms=sorted(set(rooms))), by=by, subject=place)
    return place
