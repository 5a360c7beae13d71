"""Where sessions happen, and in what one learns."""

from urllib.parse import urlencode

from django.db import models

from shared_apps.core.digits import whole_number
from shared_apps.core.lines import LineField
from shared_apps.core.models import Row
from shared_apps.web.page_cache import watch

MOST_PEOPLE = 10_000  # that a room holds


def on_one_line(address: str) -> str:
    """Its lines one after the other, with commas."""
    return ", ".join(part.strip() for part in address.splitlines() if part.strip())


class Place(Row):
    """Where sessions happen."""

    name = LineField(max_length=120)
    address = models.TextField(blank=True)
    travel = models.TextField(blank=True, default="", db_default="", help_text="How to get there; on the public site")
    directions = models.TextField(blank=True, help_text="Entrance, whom to ask for; for those who booked")
    map_url = models.URLField(blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def maps_url(self) -> str:
        """Where a map of it opens: the link given for it, else a search for its address; "" without either."""
        if self.map_url or not self.address.strip():
            return self.map_url
        return f"https://www.openstreetmap.org/search?{urlencode({'query': ', '.join(self.address.split(chr(10)))})}"


class Room(Row):
    """A room at a place."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="rooms")
    name = LineField(max_length=80)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="one_room_per_name_and_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> str:
        """`Workshop, 12`: its name, and how many people it holds where that is known. `parse` reads it."""
        return f"{self.name}, {self.capacity}" if self.capacity else self.name

    @staticmethod
    def parse(line: str) -> tuple[str, int | None]:
        """Name and capacity from a `line`."""
        name, _comma, holds = line.rpartition(",")
        if name.strip() and (capacity := whole_number(holds.strip(), 1, MOST_PEOPLE)):
            return name.strip(), capacity
        return line.strip(), None


class Vehicle(Row):
    """A car or lorry one learns in."""

    name = LineField(max_length=80)
    registration = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.registration})"


for shown in (Place, Room):
    watch(shown)
