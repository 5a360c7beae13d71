"""Nobody keeps a session from all others by holding its seats again and again and never paying."""

from datetime import timedelta
from typing import Any

from django.db.models import Min, Sum

from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking
from tenant_apps.scheduling.models import Session

PERIOD = timedelta(hours=3)
ALWAYS_ALLOWED = 20  # seats: a large group that runs out of time may begin again
TOO_FEW_TO_CROWD = 3  # seats: held again and again for the whole period they stay within what is allowed


def seats_to_leave_unpaid(session: Session) -> int:
    """How many seats of `session` one visitor may hold within `PERIOD` without paying for any."""
    return max(session.capacity, ALWAYS_ALLOWED)


def wait_of_holder(user: Any, session: Session, *, seats: int) -> int:
    """The seconds that `user` has to wait before holding so many seats of `session` again; mostly 0."""
    if seats <= TOO_FEW_TO_CROWD:
        return 0
    recent = Booking.objects.never_paid().filter(session=session, buyer__user=user, created_at__gt=now() - PERIOD)
    left = recent.aggregate(seats=Sum("seats"), since=Min("created_at"))
    if (left["seats"] or 0) < seats_to_leave_unpaid(session):
        return 0
    return max(60, int((left["since"] + PERIOD - now()).total_seconds()))
