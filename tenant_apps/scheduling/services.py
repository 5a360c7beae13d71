"""Putting sessions on the calendar, changing them and calling them off."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack, cast

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.claims import offered_seats, seats_freed
from tenant_apps.scheduling.days import SHARED_WITH_DAYS, look_at_days, write_days
from tenant_apps.scheduling.errors import CapacityBelowBooked, DayBegun, DraftIsPrivate, InThePast, SessionOver
from tenant_apps.scheduling.events import SessionCancelledByOffice, SessionChanged, SessionDrafted, SessionScheduled
from tenant_apps.scheduling.models import Place, Room, Session, SessionStatus, Vehicle
from tenant_apps.scheduling.moves import Snapshot, announce, is_named, snapshot
from tenant_apps.scheduling.plan import Span, instant
from tenant_apps.scheduling.running import await_decision, confirm_if_enough, keep_tentative_terms
from tenant_apps.scheduling.seat_lines import close_seat_lines
from tenant_apps.scheduling.team import Team, lead_of, said

MOVING = {"days", "place", "room", "online_url"}
COPIED = (
    "trainer", "place", "room", "vehicle", "online_url", "capacity", "price", "visibility", "takes_bookings",
    "instructor_notes", "time_zone",
)  # fmt: skip


class SessionDetails(TypedDict, total=False):
    """Session's own fields and its team, as whoever schedules or changes one gives them."""

    trainer: Trainer | None
    co_trainers: Sequence[Trainer]
    assessor: Trainer | None
    place: Place | None
    room: Room | None
    vehicle: Vehicle | None
    online_url: str
    capacity: int
    price: Decimal | None
    visibility: str
    takes_bookings: bool
    instructor_notes: str
    time_zone: str


@transaction.atomic
def schedule_session(
    *, course: Course, days: Sequence[Span], by: User | None, draft: bool = False, minimum: int | None = None,
    decide_by: datetime | None = None, **details: Unpack[SessionDetails],
) -> Session:  # fmt: skip
    """Put a session on the calendar. `details` are Session's fields; trainer and capacity, not given, are the course's.

    A `draft` is seen by the office alone. With a `minimum` it is tentative, to be decided by `decide_by`.
    Raises `InThePast`, `MinimumTooHigh`, `DecidedTooLate`, `TwiceOnSession`, `TeachesNoMore`, or `Clash` when somebody
    of the team, the room or the vehicle is elsewhere at the time.
    """
    days = sorted(days)
    if days[0][0] <= now():
        raise InThePast
    details.setdefault("capacity", course.default_capacity)
    details.setdefault("trainer", lead_of(course))
    co_trainers, assessor = details.pop("co_trainers", ()), details.pop("assessor", None)
    team = Team(details["trainer"], co_trainers, assessor)
    team.refuse_gone()
    status = SessionStatus.DRAFT if draft else SessionStatus.TENTATIVE if minimum else SessionStatus.SCHEDULED
    if draft:
        details |= {"visibility": Session.Visibility.PRIVATE, "takes_bookings": False}
    session = Session(
        course=course, starts_at=days[0][0], ends_at=days[-1][1], status=status, minimum=minimum,
        decide_by=decide_by if minimum else None, **details,
    )  # fmt: skip
    keep_tentative_terms(session)
    session.save(force_insert=True)
    write_days(session, days, team)
    await_decision(session)
    event = SessionDrafted if draft else SessionScheduled
    emit(event(session_id=session.pk), by=by, subject=session)
    return session


@transaction.atomic
def update_session(
    session: Session,
    *,
    by: User | None,
    days: Sequence[Span] | None = None,
    decide_by: datetime | None = None,
    note: str = "",
    as_series: bool = False,
    **changes: Unpack[SessionDetails],
) -> bool:
    """Change a session that is not over: its days, its people and places, its capacity, its price; whether it changed.

    Those booked are told of another time, place or link some minutes later, with `note`: see `moves`. `decide_by` is
    when a tentative one was to be decided before its days were moved, for whoever moves them back.
    One of a series goes its own way from then on, unless it follows that (`as_series`).
    Raises `SessionOver`, `InThePast`, `DayBegun`, `DayInUse`, `CapacityBelowBooked`, `TwiceOnSession`, `TeachesNoMore`,
    `Clash`.
    """
    session = lock_row(Session.objects.select_related("place", "room"), session.pk)
    before = snapshot(session)
    changed, days, team = _put_into(session, days, changes)
    if not changed:
        return False
    if "days" in changed and session.decide_by:
        session.decide_by = min(decide_by or session.decide_by, session.starts_at)
    if session.minimum and session.minimum > session.capacity:
        session.minimum = session.capacity
    if _touches_days(changed):
        write_days(session, days, team)
    moved, undone_since = bool(MOVING & changed.keys()), ""
    if moved:
        session.sequence += 1
        undone_since = announce(session, before, note=note)
    if session.series and {"days", *session.series.PATTERN} & changed.keys():
        session.is_own_way = (session.is_own_way or not as_series) and not session.series.is_followed_by(session, days)
    session.save()
    if {"capacity", "takes_bookings"} & changed.keys():  # whoever waits is asked before visitors can see them
        seats_freed(session_id=session.pk)
    elsewhere = _is_elsewhere(changed, before) and not undone_since
    event = SessionChanged(
        session_id=session.pk, changes=changed, moved=moved, elsewhere=elsewhere, undone_since=undone_since
    )
    emit(event, by=by, subject=session, note=note)
    if session.status == SessionStatus.TENTATIVE:
        await_decision(session)
        confirm_if_enough(session.pk)
    return True


def look_at_update(session: Session, *, days: Sequence[Span] | None = None, **changes: Unpack[SessionDetails]) -> bool:
    """Whether `update_session` would change something. Raises what it raises; nothing is written, or locked."""
    session = Session.objects.select_related("place", "room").get(pk=session.pk)
    changed, days, team = _put_into(session, days, changes)
    if _touches_days(changed):
        look_at_days(session, days, team)
    return bool(changed)


def _put_into(
    session: Session, days: Sequence[Span] | None, changes: SessionDetails
) -> tuple[dict[str, list[str]], list[Span], Team]:
    """Set what changes on `session`, which is not saved: what that is, before and after in words.

    And its days and its team then.

    Raises what can be said without asking who else is where.
    """
    if not session.is_open:
        raise SessionOver
    if changes.get("capacity", session.capacity) < session.seats_taken:
        raise CapacityBelowBooked(session.seats_taken, offered_seats(session))
    if session.status == SessionStatus.DRAFT and (
        changes.get("visibility") == Session.Visibility.PUBLIC or changes.get("takes_bookings")
    ):
        raise DraftIsPrivate
    former = Team.of(session)
    team = Team(
        changes.get("trainer", former.lead), changes.pop("co_trainers", former.co_trainers),
        changes.pop("assessor", former.assessor),
    )  # fmt: skip
    team.refuse_gone(former=former)
    changed = {
        field: [str(getattr(session, field) or ""), str(value or "")]
        for field, value in changes.items()
        if getattr(session, field) != value
    }
    changed |= _changed_team(former, team)
    for field, value in changes.items():
        setattr(session, field, value)
    present = [(day.starts_at, day.ends_at) for day in session.days.order_by("starts_at")]
    wanted = present if days is None else sorted(days)
    if wanted != present:
        _refuse_the_past(present, wanted)
        changed["days"] = [_span_text(session, present), _span_text(session, wanted)]
        session.starts_at, session.ends_at = wanted[0][0], wanted[-1][1]
    return changed, wanted, team


def _is_elsewhere(changed: Collection[str], before: Snapshot) -> bool:
    """Whether it is at another time or place than was said `before`; to name a place at last changes no promise."""
    return "days" in changed or ("place" in changed and is_named(before["where"], before["online_url"]))


def _touches_days(changed: Collection[str]) -> bool:
    """Whether its rows of days are to be written, too."""
    return not {"days", "co_trainers", "assessor", *SHARED_WITH_DAYS}.isdisjoint(changed)


def _changed_team(before: Team, after: Team) -> dict[str, list[str]]:
    """Who assists or assesses from now on, in words, by the field; nothing where they are the same."""
    roles, now_roles = before.roles(), after.roles()
    return {
        field: [said(roles[field]), said(now_roles[field])]
        for field in ("co_trainers", "assessor")
        if {one.pk for one in roles[field]} != {one.pk for one in now_roles[field]}
    }


def _refuse_the_past(present: Sequence[Span], days: Sequence[Span]) -> None:
    """What has begun stays as it was, and nothing new begins in the past."""
    if any(day[0] <= now() for day in days if day not in present):
        raise InThePast
    if any(day[0] <= now() for day in present if day not in days):
        raise DayBegun


def copied_days(session: Session, starts_on: date) -> list[Span]:
    """The session's days, the first on `starts_on`, at the same wall-clock times, with the same gaps.

    Raises `ClockChange`.
    """
    zone = session.zone
    shift = starts_on - session.starts_at.astimezone(zone).date()
    days = []
    for day in session.days.order_by("starts_at"):
        begins, ends = day.starts_at.astimezone(zone), day.ends_at.astimezone(zone)
        first_day, last_day = begins.date() + shift, ends.date() + shift
        days.append((instant(first_day, begins.time(), zone), instant(last_day, ends.time(), zone)))
    return days


def copy_takes_bookings(session: Session) -> bool:
    """Whether visitors can book a copy: as `session` itself, but where calling it off or ending it closed that."""
    ended_early = session.status == SessionStatus.COMPLETED and session.over_at < session.ends_at
    closed_by_that = ended_early or session.status in (SessionStatus.CANCELLED, SessionStatus.RESCHEDULED)
    return session.takes_bookings or (closed_by_that and session.visibility == Session.Visibility.PUBLIC)


@transaction.atomic
def duplicate_session(session: Session, *, starts_on: date, by: User | None) -> Session:
    """The same session, its first day on `starts_on`: see `copied_days`.

    Of a draft, and of a tentative one, whose minimum and day of decision are its own, the copy is a draft. Whether it
    takes bookings `copy_takes_bookings` says. Who does not teach any more is left out.
    Raises `ClockChange`, and what `schedule_session` raises.
    """
    days = copied_days(session, starts_on)
    team = Team.of(session).who_teach()
    details = cast("SessionDetails", {field: getattr(session, field) for field in COPIED})
    details |= {"trainer": team.lead, "co_trainers": team.co_trainers, "assessor": team.assessor}
    details["takes_bookings"] = copy_takes_bookings(session)
    draft = session.status in (SessionStatus.DRAFT, SessionStatus.TENTATIVE)
    return schedule_session(course=session.course, days=days, by=by, draft=draft, **details)


@transaction.atomic
def cancel_session(session: Session, *, reason: str, by: User | None) -> Session:
    """Call a session off, as long as it is not over. Those who hear of it cancel and refund its bookings in full.

    `reason` is passed on to everybody booked. Raises `SessionOver`.
    """
    move(
        session, "status", SessionStatus.CANCELLED, by=by, reason=reason, cancelled_at=now(), takes_bookings=False,
        move_untold=None, tell_move_at=None, move_note="",
    )  # fmt: skip
    session.days.update(live=False)
    await_decision(session)
    close_seat_lines(session, called_off=True)
    emit(SessionCancelledByOffice(session_id=session.pk, reason=reason), by=by, subject=session, note=reason)
    return session


def _span_text(session: Session, days: Sequence[Span]) -> str:
    zone = session.zone
    return ", ".join(f"{begins.astimezone(zone):%-d %b %H:%M}–{ends.astimezone(zone):%H:%M}" for begins, ends in days)
