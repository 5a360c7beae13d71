"""A session that is over, and somebody who was booked on it."""

from datetime import timedelta

import time_machine

from shared_apps.core.time import now
from tests import make
from tests.office.conftest import desk  # noqa: F401


def over(*, trainer=None, days_ago=2, name="Grace Brewster Hopper", **fields):
    """The attendee of a confirmed booking whose session ended `days_ago` days ago."""
    with time_machine.travel(now() - timedelta(days=days_ago + 20), tick=False):
        session = make.session(in_days=20, trainer=trainer, **fields)
        booking = make.confirmed_booking(session=session, attendees=[{"name": name}])
    return booking.attendees.select_related("booking__session", "person").get()
