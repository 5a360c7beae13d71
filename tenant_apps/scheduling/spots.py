"""Seats. Each function is one statement: lock, check and write at once, so there is nothing to race.

A CHECK constraint stands behind them.
"""

from django.db.models import F

from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from tenant_apps.scheduling.errors import (
    NotEnoughSeats,
    PriceOnRequest,
    SessionCancelled,
    SessionFull,
    SessionNotBookable,
    SessionStarted,
)
from tenant_apps.scheduling.models import Session, SessionStatus


def take_spots(session: Session, seats: int, *, by_office: bool = False) -> None:
    """Take `seats` of a session that takes bookings and has them, or refuse with the reason.

    The office may book on a session that is closed to visitors, but never past its capacity.
    Raises `SessionFull`, `NotEnoughSeats`, `SessionStarted`, `SessionCancelled`, `SessionNotBookable`.
    """
    open_sessions = Session.objects.filter(pk=session.pk, status=SessionStatus.SCHEDULED, starts_at__gt=now())
    if not by_office:
        open_sessions = open_sessions.filter(takes_bookings=True)
    if not open_sessions.filter(booked_spots__lte=F("capacity") - seats).update(booked_spots=F("booked_spots") + seats):
        as_it_is = Session.objects.select_related("course").get(pk=session.pk)
        raise why_not_bookable(as_it_is, seats, by_office=by_office) or SessionFull()


def retake_spots(session: Session, seats: int) -> bool:
    """Take `seats` again for money that came late; False if they are gone or the session is over."""
    return bool(
        Session.objects.filter(
            pk=session.pk,
            status=SessionStatus.SCHEDULED,
            starts_at__gt=now(),
            booked_spots__lte=F("capacity") - seats,
        ).update(booked_spots=F("booked_spots") + seats)
    )


def confirm_spots(session: Session, seats: int) -> None:
    """Count `seats` that are held as confirmed too."""
    Session.objects.filter(pk=session.pk).update(confirmed_spots=F("confirmed_spots") + seats)


def release_spots(session: Session, seats: int, *, confirmed: bool) -> None:
    """Give `seats` back; `confirmed` if they were."""
    changes = {"booked_spots": F("booked_spots") - seats}
    if confirmed:
        changes["confirmed_spots"] = F("confirmed_spots") - seats
    Session.objects.filter(pk=session.pk).update(**changes)


def why_not_bookable(session: Session, seats: int = 1, *, by_office: bool = False) -> DomainError | None:
    """Why `seats` of `session` can't be booked now; None if they can. Seats may be gone a moment later."""
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled()
    if session.status != SessionStatus.SCHEDULED or session.has_started:
        return SessionStarted()
    if session.seat_price is None:
        return PriceOnRequest()
    if not (session.takes_bookings or by_office):
        return SessionNotBookable()
    if session.spots_left < seats:
        return NotEnoughSeats(session.spots_left) if session.spots_left else SessionFull()
    return None
