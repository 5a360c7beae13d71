"""Putting sessions on the calendar, changing them and calling them off."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from shared_apps.core.states import move
from shared_apps.core.time import at, is_doubtful, now
from shared_apps.events.bus import emit
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.errors import CapacityBelowBooked, Clash, ClockChange, InThePast, SessionOver
from tenant_apps.scheduling.events import SessionCancelledByOffice, SessionChanged, SessionScheduled
from tenant_apps.scheduling.models import Session, SessionDay, SessionStatus

Span = tuple[datetime, datetime]
SHARED_WITH_DAYS = ("trainer", "room", "vehicle")
MOVING = {"days", "place", "room", "online_url"}


def spans(start: date, end: date, begins: time, ends: time, *, only: Sequence[date] | None = None) -> list[Span]:
    """The spans of a session that runs daily from `begins` to `ends`, in the tenant's zone, as UTC instants.

    From `start` to `end`, or just on the days in `only` (a course with gaps). Ending at or before the
    beginning means the next morning. Raises `ClockChange` for a time that a day skips or has twice.
    """
    zone = timezone.get_current_timezone()
    assert isinstance(zone, ZoneInfo)
    days = only or [start + timedelta(days=n) for n in range((end - start).days + 1)]
    night = timedelta(days=1) if ends <= begins else timedelta(0)
    return [(_instant(day, begins, zone), _instant(day + night, ends, zone)) for day in sorted(days)]


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    if is_doubtful(day, clock, zone):
        raise ClockChange(day, clock)
    return at(day, clock, zone)


@transaction.atomic
def schedule_session(*, course: Course, days: Sequence[Span], by: Any, **details: Any) -> Session:
    """Put a session on the calendar. `details` are Session's fields; trainer and capacity fall back to the course's.

    Raises `InThePast`, or `Clash` when trainer, room or vehicle are elsewhere at the time.
    """
    days = sorted(days)
    if days[0][0] <= now():
        raise InThePast
    details.setdefault("capacity", course.default_capacity)
    if details.get("trainer") is None:
        details["trainer"] = course.lead_trainer
    session = Session.objects.create(course=course, starts_at=days[0][0], ends_at=days[-1][1], **details)
    _write_days(session, days)
    emit(SessionScheduled(session_id=session.pk), by=by, subject=session)
    return session


@transaction.atomic
def update_session(session: Session, *, by: Any, days: Sequence[Span] | None = None, **changes: Any) -> Session:
    """Change a session that is still to come: its days, its people and places, its capacity, its price.

    Raises `SessionOver`, `InThePast`, `CapacityBelowBooked`, `Clash`.
    """
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.status not in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS):
        raise SessionOver
    if changes.get("capacity", session.capacity) < session.booked_spots:
        raise CapacityBelowBooked(session.booked_spots)
    changed = {
        field: [str(getattr(session, field) or ""), str(value or "")]
        for field, value in changes.items()
        if getattr(session, field) != value
    }
    for field, value in changes.items():
        setattr(session, field, value)
    present = [(day.starts_at, day.ends_at) for day in session.days.all()]
    if days is not None and sorted(days) != present:
        days = sorted(days)
        if days[0][0] <= now():
            raise InThePast
        changed["days"] = [_span_text(present), _span_text(days)]
        session.starts_at, session.ends_at = days[0][0], days[-1][1]
    else:
        days = present
    if not changed:
        return session
    moved = bool(MOVING & changed.keys())
    session.sequence += moved
    session.save()
    if "days" in changed or set(SHARED_WITH_DAYS) & changed.keys():
        session.days.all().delete()
        _write_days(session, days)
    emit(SessionChanged(session_id=session.pk, changes=changed, moved=moved), by=by, subject=session)
    return session


@transaction.atomic
def duplicate_session(session: Session, *, starts_on: date, by: Any) -> Session:
    """The same session, its first day on `starts_on`, at the same wall-clock times, with the same gaps.

    Raises `ClockChange`, and what `schedule_session` raises.
    """
    zone = timezone.get_current_timezone()
    first = timezone.localtime(session.starts_at).date()
    shift = starts_on - first
    days = []
    for day in session.days.all():
        begins, ends = timezone.localtime(day.starts_at), timezone.localtime(day.ends_at)
        assert isinstance(zone, ZoneInfo)
        first_day, last_day = begins.date() + shift, ends.date() + shift
        days.append((_instant(first_day, begins.time(), zone), _instant(last_day, ends.time(), zone)))
    copied = (
        "trainer",
        "place",
        "room",
        "vehicle",
        "online_url",
        "capacity",
        "price",
        "visibility",
        "takes_bookings",
        "instructor_notes",
    )
    details = {field: getattr(session, field) for field in copied}
    return schedule_session(course=session.course, days=days, by=by, **details)


@transaction.atomic
def cancel_session(session: Session, *, reason: str, by: Any) -> Session:
    """Call a session off. Its bookings are cancelled and refunded in full by those who hear of it.

    `reason` is passed on to everybody booked.
    """
    move(session, SessionStatus.CANCELLED, cancelled_at=now(), takes_bookings=False)
    session.days.update(live=False)
    emit(SessionCancelledByOffice(session_id=session.pk, reason=reason), by=by, subject=session, note=reason)
    return session


def _write_days(session: Session, days: Sequence[Span]) -> None:
    shared = {what: getattr(session, what) for what in SHARED_WITH_DAYS}
    rows = [SessionDay(session=session, starts_at=begins, ends_at=ends, **shared) for begins, ends in days]
    try:
        with transaction.atomic():
            SessionDay.objects.bulk_create(rows)
    except IntegrityError as error:
        for what in SHARED_WITH_DAYS:
            if f"a_{what}_is_never_in_two_places" in str(error):
                raise Clash(what) from error
        raise


def _span_text(days: Sequence[Span]) -> str:
    return ", ".join(
        f"{timezone.localtime(begins):%d %b %H:%M}–{timezone.localtime(ends):%H:%M}" for begins, ends in days
    )
