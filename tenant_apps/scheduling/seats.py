"""Seats. Each function is one statement: lock, check and write at once, so there is nothing to race.

A CHECK constraint stands behind them.
"""

from typing import Any

from django.db.models import F

from shared_apps.core.time import now
from tenant_apps.scheduling.errors import SessionFull
from tenant_apps.scheduling.models import Session


def take_seats(session: Session, seats: int, *, by_office: bool = False) -> None:
    """Take `seats` of a session that takes bookings and has them, or refuse with the reason.

    The office may book on a session that is closed to visitors, but never past its capacity.
    Raises `SessionFull`, `NotEnoughSeats`, `SessionStarted`, `SessionCancelled`, `SessionNotBookable`.
    """
    free = Session.objects.filter(pk=session.pk).on_offer(by_office=by_office).with_seats(seats)
    if not free.update(seats_taken=F("seats_taken") + seats, updated_at=now()):
        as_it_is = Session.objects.select_related("course").get(pk=session.pk)
        raise as_it_is.why_not_bookable(seats, by_office=by_office) or SessionFull()


def retake_seats(session: Session, seats: int) -> bool:
    """Take `seats` again for money that came late; False if they are gone or the session is over."""
    free = Session.objects.filter(pk=session.pk).on_offer(by_office=True).with_seats(seats)
    return bool(free.update(seats_taken=F("seats_taken") + seats, updated_at=now()))


def confirm_seats(session: Session, seats: int) -> None:
    """Count `seats` that are held as confirmed too."""
    Session.objects.filter(pk=session.pk).update(seats_confirmed=F("seats_confirmed") + seats, updated_at=now())


def release_seats(session: Session, seats: int, *, confirmed: bool) -> None:
    """Give `seats` back; `confirmed` if they were."""
    changes: dict[str, Any] = {"seats_taken": F("seats_taken") - seats, "updated_at": now()}
    if confirmed:
        changes["seats_confirmed"] = F("seats_confirmed") - seats
    Session.objects.filter(pk=session.pk).update(**changes)
