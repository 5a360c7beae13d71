"""The site with the safeguard taken out: see `naive_seats`. For controls only."""

from config.wsgi import application
from tenant_apps.bookings import services
from tests.races.naive_seats import take_seats

__all__ = ["application"]

services.take_seats = take_seats
