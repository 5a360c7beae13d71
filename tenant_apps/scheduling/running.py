"""How a session comes about, begins and ends when people say so; `progress` does it by the clock."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.core.states import move
from shared_apps.core.time import at, now
from shared_apps.events.bus import emit
from shared_apps.timers.services import cancel_timer, set_timer, timer
from tenant_apps.scheduling.completing import days_left_out
from tenant_apps.scheduling.errors import DecidedTooLate, InThePast, MinimumTooHigh
from tenant_apps.scheduling.events import (
    SessionBegan,
    SessionEnded,
    SessionRuns,
    SessionScheduled,
    SessionToDecide,
    TentativeChanged,
)
from tenant_apps.scheduling.models import Session, SessionStatus
from tenant_apps.scheduling.seat_lines import close_seat_lines

DECIDE = "scheduling.decide"
IN_THE_MORNING = time(9)


def decision_time(day: date, zone: ZoneInfo) -> datetime:
    """When it is decided on `day` whether a session takes place: in the morning, so that the day is left for it."""
    return at(day, IN_THE_MORNING, zone)


def keep_tentative_terms(session: Session) -> None:
    """Refuse a `minimum` that `session` can't reach and a `decide_by` that is over or after its beginning."""
    if session.minimum is not None and session.minimum > session.capacity:
        raise MinimumTooHigh(session.capacity)
    if session.decide_by is not None and not now() < session.decide_by <= session.starts_at:
        raise DecidedTooLate


def await_decision(session: Session) -> None:
    """Remind the office of `session` when it has to be decided; or no more, if it is decided."""
    if session.status == SessionStatus.TENTATIVE and session.decide_by:
        set_timer(DECIDE, at=session.decide_by, subject=session)
    else:
        cancel_timer(DECIDE, subject=session)


@transaction.atomic
def publish_session(
    session: Session, *, minimum: int | None = None, decide_by: datetime | None = None, visibility: str = "public",
    takes_bookings: bool = True, by: User | None,
) -> Session:  # fmt: skip
    """A draft becomes a date that can be booked: for certain, or tentative with a `minimum` and a time to decide.

    Raises `IllegalMove`, `InThePast`, `MinimumTooHigh`, `DecidedTooLate`.
    """
    session = lock_row(Session.objects.select_related("course"), session.pk)
    if session.starts_at <= now() and session.status == SessionStatus.DRAFT:
        raise InThePast
    session.minimum, session.decide_by = minimum, decide_by if minimum else None
    keep_tentative_terms(session)
    move(
        session, "status", SessionStatus.TENTATIVE if minimum else SessionStatus.SCHEDULED, by=by,
        only_from=SessionStatus.DRAFT, minimum=session.minimum, decide_by=session.decide_by, visibility=visibility,
        takes_bookings=takes_bookings,
    )  # fmt: skip
    await_decision(session)
    emit(SessionScheduled(session_id=session.pk), by=by, subject=session)
    return session


@transaction.atomic
def change_tentative(session: Session, *, minimum: int, decide_by: datetime, by: User | None) -> bool:
    """From how many a tentative session runs, and when that is decided; whether that changed anything.

    Raises `MinimumTooHigh`, `DecidedTooLate`.
    """
    session = lock_row(Session.objects.select_related("course"), session.pk)
    changed: dict[str, int | datetime | None] = {"minimum": minimum, "decide_by": decide_by}
    changed = {field: value for field, value in changed.items() if getattr(session, field) != value}
    if session.status != SessionStatus.TENTATIVE or not changed:
        return False
    for field, value in changed.items():
        setattr(session, field, value)
    keep_tentative_terms(session)
    session.save(update_fields=[*changed, "updated_at"])
    await_decision(session)
    emit(TentativeChanged(session_id=session.pk, minimum=minimum), by=by, subject=session)
    confirm_if_enough(session.pk)
    return True


@transaction.atomic
def confirm_session(session: Session, *, by: User | None) -> Session:
    """A tentative session takes place: everybody booked is told. Raises `IllegalMove`."""
    move(session, "status", SessionStatus.SCHEDULED, by=by, only_from=SessionStatus.TENTATIVE, decided_at=now())
    await_decision(session)
    emit(SessionRuns(session_id=session.pk, by_itself=by is None), by=by, subject=session)
    return session


@transaction.atomic
def confirm_if_enough(session_id: UUID) -> bool:
    """A tentative session for which enough have booked takes place; whether that is so now."""
    session = Session.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if session is None or session.status != SessionStatus.TENTATIVE or session.seats_missing:
        return False
    confirm_session(session, by=None)
    return True


@timer(DECIDE)
def ask_to_decide(session_id: UUID) -> None:
    """The time has come to decide: with enough bookings it runs, else the office is asked."""
    session = Session.objects.filter(pk=session_id).first()  # None: it was taken off the calendar
    if session and session.status == SessionStatus.TENTATIVE and not confirm_if_enough(session_id):
        emit(SessionToDecide(session_id=session_id), subject=session)


@transaction.atomic
def start_session(session: Session, *, by: User | None) -> Session:
    """Whoever teaches it begins. Raises `IllegalMove`, and `TooEarly` for a trainer before its first day."""
    session = lock_row(Session.objects.select_related("course"), session.pk)
    move(session, "status", SessionStatus.IN_PROGRESS, by=by, started_at=now())
    emit(SessionBegan(session_id=session.pk), by=by, subject=session)
    close_seat_lines(session)
    return session


@transaction.atomic
def complete_session(session: Session, *, notes: str = "", by: User | None) -> Session:
    """Whoever teaches it ends it: its bookings are completed. `days_left_out` are free for something else.

    `notes` are kept for the office. Raises `IllegalMove`.
    """
    session = lock_row(Session.objects.select_related("course"), session.pk)
    kept = {"completion_notes": notes} if notes else {}
    move(session, "status", SessionStatus.COMPLETED, by=by, finished_at=now(), takes_bookings=False, **kept)
    list(session.days.select_for_update(no_key=True).order_by("pk"))  # whoever marks one at this moment comes first
    days_left_out(session).update(live=False)
    emit(SessionEnded(session_id=session.pk), by=by, subject=session)
    return session
