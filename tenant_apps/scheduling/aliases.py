"""Other names for what the API says of sessions."""

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ValidationError

from shared_apps.api.aliases import Alias
from shared_apps.api.strict import ID
from tenant_apps.scheduling.models import Place

NOT_BY_HAND = _("A session is cancelled by DELETE, with a reason, and completed by itself when it is over.")
SESSION = {
    "date": Alias("start_date"),
    "capacity": Alias("available_spots"),
    "seats_booked": Alias("booked_spots", refusal="Seats are booked by bookings."),
    "seats_left": Alias("spots_left", refusal="Seats are booked by bookings."),
    "notes": Alias("instructor_notes"),
    "is_active": Alias("takes_bookings"),
    "status": Alias("status", refusal=NOT_BY_HAND),
    "is_completed": Alias(
        "status",
        show=lambda status: status == "completed",
        refusal=NOT_BY_HAND,
        schema={"type": "boolean"},
    ),
}


def place_called(said: object) -> object:
    """The id of the place with this name; an id stays as it is. Raises `ValidationError`."""
    if not isinstance(said, str) or ID.fullmatch(said):
        return said
    found = list(Place.objects.filter(name__iexact=said.strip()).values_list("pk", flat=True)[:2])
    if len(found) != 1:
        raise ValidationError([f"There is no place called “{said[:60]}”. `GET places` lists them."])
    return str(found[0])


LOCATION_SAID = {"location": Alias("place_id", take=place_called, shown=False)}
LOCATION_SHOWN = {"location": Alias("place", show=lambda place: place["name"], schema={"type": ["string", "null"]})}
