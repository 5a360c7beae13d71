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
def save_place(place: Place, *, rooms: Sequence[str], by: Any, **details: Any) -> Place:
    """Make or change a place. `rooms` are the names of all its rooms; what is no longer named is removed.

    Raises `RoomInUse` for a room that sessions are or were in.
    """
    before = {} if place._state.adding else Place.objects.filter(pk=place.pk).values(*details).get()
    for field, value in details.items():
        setattr(place, field, value)
    place.save()
    known = {room.name: room for room in place.rooms.all()}
    for name in known.keys() - set(rooms):
        try:
            with transaction.atomic():
                known[name].delete()
        except ProtectedError as error:
            raise RoomInUse(name) from error
    Room.objects.bulk_create(Room(place=place, name=name) for name in dict.fromkeys(rooms) if name not in known)
    fields = sorted(field for field, value in details.items() if before.get(field) != value)
    if fields or known.keys() != set(rooms):
        emit(PlaceChanged(place_id=place.pk, fields=fields, rooms=sorted(set(rooms))), by=by, subject=place)
    return place
