"""When people are written to before and after a session: a timer for each session goes off at the next such time.

Days before are counted on the session's own calendar, and the notice goes at nine in the morning there; hours are
counted in instants. So a night in which the clocks change moves neither. Up to when notices have gone out stands with
the session, written with them, so a timer that goes off twice, late or after a restart tells nothing twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.models import known
from shared_apps.core.time import at, now
from shared_apps.events.bus import emit, on
from shared_apps.timers.services import cancel_timer, set_timer, set_timers, timer
from tenant_apps.branding.services import change_choices
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.events import (
    CourseNoticesChanged,
    SessionChanged,
    SessionEnded,
    SessionNoticeDue,
    SessionRuns,
    SessionScheduled,
    SessionTookOver,
)
from tenant_apps.scheduling.models import (
    CourseNotices,
    NoticeTimes,
    Session,
    SessionNotices,
    SessionQuerySet,
    SessionStatus,
)
from tenant_apps.scheduling.models.notices import TIMES
from tenant_apps.scheduling.moves import waits_until
from tenant_apps.scheduling.states import Planned

TIMER = "scheduling.notices"
IN_THE_MORNING = time(9)
GAP = timedelta(days=7)  # between two days of a session
TOO_LATE = timedelta(days=7)  # who was away for longer than that asks nobody how it was
REMINDERS = (Planned.REMINDER, Planned.REMINDER_SOON)


@dataclass(frozen=True, order=True)
class Time:
    """When a notice of a session goes out."""

    at: datetime
    notice: Planned
    begins: datetime  # what it is about: the first day, or one that follows a gap


def times_of(session: Session, settings: NoticeTimes) -> list[Time]:
    """When which notice about `session` goes out, in order. Nothing is said of one of which nobody knows if it runs."""
    if session.status not in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS, SessionStatus.COMPLETED):
        return []
    found = []
    for begins in _beginnings(session):
        for notice, days in ((Planned.JOINING, settings.joining_days), (Planned.REMINDER, settings.reminder_days)):
            if days is not None:
                found.append(Time(days_before(session, days, begins), notice, begins))
        if settings.reminder_hours is not None:
            found.append(Time(begins - timedelta(hours=settings.reminder_hours), Planned.REMINDER_SOON, begins))
    if settings.feedback_hours is not None:
        over = session.finished_at or session.ends_at
        found.append(Time(over + timedelta(hours=settings.feedback_hours), Planned.FEEDBACK, session.starts_at))
    return sorted(found)


def _beginnings(session: Session) -> list[datetime]:
    """When `session` begins, and goes on after more than a week: by then people have forgotten what they read."""
    days = sorted((day.starts_at, day.ends_at) for day in known(session, "days") if day.live)
    again = [begins for (_begun, ended), (begins, _ends) in pairwise(days) if begins - ended > GAP]
    return [session.starts_at, *again]


def days_before(session: Session, days: int, begins: datetime | None = None) -> datetime:
    """Nine in the morning of the day so many days before `session` begins, or goes on at `begins`, where it is."""
    zone = session.zone
    return at((begins or session.starts_at).astimezone(zone).date() - timedelta(days=days), IN_THE_MORNING, zone)


def notices_of(course: UUID) -> NoticeTimes:
    """When people hear what about sessions of `course`: its own times, else the provider's."""
    return CourseNotices.objects.filter(course=course).first() or SessionNotices.objects.load()


def plan_notices(session: Session) -> None:
    """Set the timer for the next notice of `session`, or take it back where there is none."""
    if at := _next_time(session, notices_of(session.course_id)):
        set_timer(TIMER, at=at, subject=session)
    else:
        cancel_timer(TIMER, subject=session)


def _next_time(session: Session, settings: NoticeTimes) -> datetime | None:
    since = session.noticed_until or session.created_at
    return next((one.at for one in times_of(session, settings) if one.at > since), None)


@timer(TIMER)
@transaction.atomic
def give_notice(session_id: UUID) -> None:
    """Say which notices of a session are due; of two reminders that were missed, the later one alone.

    Of one that was moved, people hear that first: until then the move can be taken back.
    """
    session = Session.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if session is None:  # taken off the calendar as if it had never been on it
        return
    if later := waits_until(session):
        set_timer(TIMER, at=later, subject=session)
        return
    since, moment = session.noticed_until or session.created_at, now()
    due = [one for one in times_of(session, notices_of(session.course_id)) if since < one.at <= moment]
    for one in _worth_telling(due, session, moment):
        at_, begins = one.at.isoformat(), one.begins.isoformat()
        emit(SessionNoticeDue(session_id=session_id, notice=one.notice, at=at_, begins=begins), subject=session)
    if due:
        session.noticed_until = moment
        session.save(update_fields=["noticed_until"])
    plan_notices(session)


@transaction.atomic
def put_off(session_id: UUID, due: datetime) -> bool:
    """Have what was `due` then said later, if the session was moved before anybody was told; whether it was.

    Whether it is still due then follows from the days that the session has then.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=session_id)
    later = waits_until(session)
    if later is None:
        return False
    session.noticed_until = min(session.noticed_until or session.created_at, due - timedelta(microseconds=1))
    session.save(update_fields=["noticed_until"])
    set_timer(TIMER, at=later, subject=session)
    return True


def _worth_telling(due: Iterable[Time], session: Session, moment: datetime) -> list[Time]:
    """What is still news of what is `due`, in order."""
    found: dict[str, Time] = {}
    for one in due:
        before = one.notice != Planned.FEEDBACK
        if (before and one.begins <= moment) or (not before and one.at < moment - TOO_LATE):
            continue
        found["reminder" if one.notice in REMINDERS else one.notice] = one
    return list(found.values())


@on(SessionScheduled, SessionRuns, SessionTookOver, SessionEnded, name="scheduling.plan_notices")
def plan_its_notices(event: SessionScheduled | SessionRuns | SessionTookOver | SessionEnded) -> None:
    """Set or take back the timer of its next notice: when it goes out follows from when the session is."""
    _plan(event.session_id)


@on(SessionChanged, name="scheduling.plan_notices_anew", when=lambda event: event.elsewhere or bool(event.undone_since))
def plan_its_notices_anew(event: SessionChanged) -> None:
    """The same for a session whose days changed, or became again what they were."""
    _plan(event.session_id)


def _plan(session_id: UUID) -> None:
    if session := Session.objects.filter(pk=session_id).first():
        plan_notices(session)


@transaction.atomic
def change_notices(changes: dict[str, object], *, by: User | None) -> None:
    """Write `changes`, fields of `SessionNotices` by name. Sessions that are not over follow, but for those of courses
    that have times of their own."""
    if not change_choices(SessionNotices, changes, what="notices", by=by):
        return
    own = CourseNotices.objects.values("course")
    plan_anew(Session.objects.exclude(course__in=own), SessionNotices.objects.load())


@transaction.atomic
def change_course_notices(course: Course, times: Mapping[str, int | None] | None, *, by: User | None) -> bool:
    """Give `course` times of its own, by their names, None for what is not sent; or without `times` the provider's.

    Whether that changed anything. Sessions that are not over follow.
    """
    Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    row = CourseNotices.objects.filter(course=course).first()
    before = {name: getattr(row, name) for name in TIMES} if row else None
    if before == (None if times is None else {**dict.fromkeys(TIMES), **times}):
        return False
    if times is None:
        CourseNotices.objects.filter(course=course).delete()
    else:
        CourseNotices.objects.update_or_create(course=course, defaults={**dict.fromkeys(TIMES), **times})
    emit(CourseNoticesChanged(course_id=course.pk, own=times is not None), by=by, subject=course)
    plan_anew(Session.objects.filter(course=course), notices_of(course.pk))
    return True


def plan_anew(rows: SessionQuerySet, settings: NoticeTimes) -> None:
    """Set the timers of those of `rows` that are not over: some statements, however many they are."""
    under_way = [SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS]
    found = rows.filter(status__in=under_way).order_by("pk").prefetch_related("days")
    set_timers(TIMER, {session.pk: _next_time(session, settings) for session in found.iterator(500)})
