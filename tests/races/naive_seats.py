"""Seats as a careless hand might sell them: counted first and written afterwards.

Only for controls: what a race test calls right must be seen to go wrong here.
"""

from django.db import connection

from tenant_apps.scheduling.errors import SessionFull
from tenant_apps.scheduling.models import SeatClaim, Session


def take_seats(claim: SeatClaim, *, by_office: bool = False) -> None:
    """Look whether there are seats, think for a moment, write."""
    row = Session.objects.get(pk=claim.session_id)
    if row.seats_left < claim.seats:
        raise SessionFull
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.02)")
    Session.objects.filter(pk=row.pk).update(seats_taken=row.seats_taken + claim.seats)


def allow_overselling() -> None:
    """The database of the present tenant looks away."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scheduling_session DROP CONSTRAINT session_is_never_oversold")
