"""The site with the safeguard taken out: see `naive_spots`. For controls only."""

from config.wsgi import application
from tenant_apps.bookings import services
from tests.races.naive_spots import take_seats

__all__ = ["application"]

services.take_seats = take_seats
