"""Seats. Each function is one statement: lock, check and write at once, so there is nothing to race.

A CHECK constraint stands behind them.
"""

from django.db.models import F

from shared_apps.core.time import now
from tenant_apps.scheduling.errors import (
    NotEnoughSeats,
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
        raise _why_not(session)


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


def _why_not(session: Session) -> Exception:
    session = Session.objects.get(pk=session.pk)
    if session.status == SessionStatus.CANCELLED:
        return SessionCancelled()
    if session.status != SessionStatus.SCHEDULED or session.has_started:
        return SessionStarted()
    if session.spots_left:
        return NotEnoughSeats(session.spots_left) if session.takes_bookings else SessionNotBookable()
    return SessionFull()
