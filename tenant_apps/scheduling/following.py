"""This session of a series and those after it: changed together, called off together, or taken away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import PROTECT, ProtectedError
from django.urls import reverse
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.locking import lock_row
from shared_apps.core.time import local, now
from shared_apps.core.types import Words
from shared_apps.events.bus import emit
from shared_apps.jobs.kinds import job
from shared_apps.jobs.models import Job
from shared_apps.jobs.services import begin
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.scheduling.advice import Adviser
from tenant_apps.scheduling.errors import NothingFollows, SomeCantFollow
from tenant_apps.scheduling.events import SeriesChanged, SeriesEndedEarly
from tenant_apps.scheduling.models import PLANNED, Session, SessionQuerySet, SessionSeries
from tenant_apps.scheduling.plan import PlanRefused, Span, replan, typed
from tenant_apps.scheduling.seat_lines import close_seat_lines
from tenant_apps.scheduling.services import SessionDetails, cancel_session, look_at_update, update_session
from tenant_apps.scheduling.several import say_taken_off
from tenant_apps.scheduling.team import Team

AT_ONCE = 10  # seats that are called off in the request; with more, a worker does it


class Clock(TypedDict, total=False):
    """Of the hours of a day, what becomes another one."""

    begins: time
    ends: time
    overnight: bool


@dataclass(frozen=True)
class Follows:
    """What becomes of one session: its days before and after, or why it stays as it is, or can't be so.

    `advice` speaks against it without forbidding it. `is_changed`: whether anything of it becomes another thing.
    """

    session: Session
    before: Sequence[Span]
    after: Sequence[Span]
    stays: str = ""
    why_not: str = ""
    advice: Sequence[str] = ()
    is_changed: bool = False


def following(session: Session) -> SessionQuerySet:
    """`session` and those of its series after it that have not begun and are to take place, in their order."""
    rows = Session.objects.filter(
        series=session.series_id, series_date__gte=session.series_date, status__in=PLANNED, starts_at__gt=now()
    )  # fmt: skip
    return rows.exclude(series=None).order_by("series_date", "pk")


def look_at_following(
    session: Session, *, hours: Clock, also_own: bool = False, **changes: Unpack[SessionDetails]
) -> list[Follows]:
    """What `change_following` would do with each of them. Nothing is written."""
    rows = following(session).select_related("course", "trainer__person", "place", "room").prefetch_related("days")
    found = [_judged(one, session, hours, also_own, changes) for one in rows]
    moments = [moment for one in found for span in one.after for moment in span]
    if not moments or not (hours or {"trainer", "co_trainers", "assessor"} & changes.keys()):
        return found
    now_on = Team.of(session)
    team = Team(
        changes.get("trainer", now_on.lead), changes.get("co_trainers", now_on.co_trainers),
        changes.get("assessor", now_on.assessor),
    )  # fmt: skip
    adviser = Adviser(team.people, min(moments), max(moments))
    return [one if one.stays or one.why_not else replace(one, advice=adviser.on(one.after)) for one in found]


def _judged(one: Session, chosen: Session, hours: Clock, also_own: bool, changes: SessionDetails) -> Follows:
    before = [(day.starts_at, day.ends_at) for day in sorted(one.days.all(), key=lambda day: day.starts_at)]
    if one.is_own_way and one != chosen and not also_own:
        return Follows(one, before, before, stays=_("It was changed by itself before, and stays as it is."))
    try:
        after = _moved(one, before, hours)
        is_changed = look_at_update(one, days=after, **changes)
    except PlanRefused as refused:
        return Follows(one, before, before, why_not=str(refused.message))
    except DomainError as refusal:
        told = [text for texts in refusal.fields.values() for text in texts]
        return Follows(one, before, before, why_not=" ".join(told) or str(refusal.message))
    local_ones = [(begins.astimezone(one.zone), ends.astimezone(one.zone)) for begins, ends in after]
    return Follows(one, before, local_ones, is_changed=is_changed)


def _moved(one: Session, present: Sequence[Span], hours: Clock) -> Sequence[Span]:
    """Raises `PlanRefused`, `ClockChange`."""
    return replan(present, one.zone, **hours) if hours else present


@transaction.atomic
def change_following(
    session: Session, *, hours: Clock, also_own: bool = False, without: bool = False, note: str = "", by: User | None,
    **changes: Unpack[SessionDetails],
) -> list[Session]:  # fmt: skip
    """Change `session`, those after it in its series, and what the series will be like; those that were changed.

    `hours` are what becomes another time of day; days with hours of their own keep them. Those that were changed by
    themselves stay as they are, unless `also_own`. Those booked on each are told as of any move, with `note`.
    All or none: raises `SomeCantFollow`, which says of each why. `without` those, the others are changed, and these go
    their own way. Raises `NothingFollows`.
    """
    series = _locked(session)
    found = list(following(session))
    if not found:
        raise NothingFollows
    list(Session.objects.filter(pk__in=[one.pk for one in found]).select_for_update(of=("self",)).order_by("pk"))
    _be_from_now_on(series, session, hours, changes)
    made, refused = [], {}
    # From the far end where they go later, so that none comes upon the one after it, which still is as it was.
    later = bool(hours.get("begins")) and hours["begins"] > session.starts_at.astimezone(session.zone).time()
    for one in reversed(found) if later else found:
        if one.is_own_way and one != session and not also_own:
            continue
        try:
            with transaction.atomic():
                changed = _change(one, hours, note, by, changes)
        except (DomainError, PlanRefused) as refusal:
            refused[one.pk] = str(refusal.message)
        else:
            made += [one] if changed else []
    if refused and not without:
        raise SomeCantFollow(refused)
    Session.objects.filter(pk__in=refused).update(is_own_way=True)
    emit(
        SeriesChanged(
            series_id=series.pk, sessions=len(made), since=found[0].starts_at.isoformat(),
            fields=sorted([*hours, *changes]),
        ),
        by=by, subject=series, note=note,
    )  # fmt: skip
    return made


def _change(one: Session, hours: Clock, note: str, by: User | None, changes: SessionDetails) -> bool:
    present = [(day.starts_at, day.ends_at) for day in one.days.order_by("starts_at")]
    days = _moved(one, present, hours)
    return update_session(one, by=by, days=days, note=note, as_series=True, **changes)


def _be_from_now_on(series: SessionSeries, session: Session, hours: Clock, changes: SessionDetails) -> None:
    """What is added to `series` later is as `session` will be, in what changes."""
    for name, value in changes.items():
        if name in series.PATTERN:
            setattr(series, name, value)
    if hours:
        present = [(day.starts_at, day.ends_at) for day in session.days.order_by("starts_at")]
        try:
            _day, own = typed(_moved(session, present, hours), session.zone)[0]
        except (DomainError, PlanRefused) as refused:
            raise SomeCantFollow({session.pk: str(refused.message)}) from refused
        series.begins, series.ends, series.overnight = own.begins, own.ends, own.overnight
    series.save()


def _locked(session: Session) -> SessionSeries:
    if session.series_id is None:
        raise NothingFollows
    return lock_row(SessionSeries.objects.select_related("course"), session.series_id)


@transaction.atomic
def call_off_following(session: Session, *, reason: str, by: User | None) -> Job | None:
    """Call off `session` and those after it in its series; the job that does it, if many are booked on them.

    Each is called off as `cancel_session` does; until its turn comes nobody can book it or waits for it any more.
    Raises `NothingFollows`.
    """
    series = _locked(session)
    rows = list(following(session).select_related("course"))
    if not rows:
        raise NothingFollows
    emit(
        SeriesEndedEarly(series_id=series.pk, sessions=len(rows), since=rows[0].starts_at.isoformat()), by=by,
        subject=series, note=reason,
    )  # fmt: skip
    if sum(one.seats_taken for one in rows) > AT_ONCE:
        title = _("Calling off %(course)s from %(day)s on") % {
            "course": series.course, "day": f"{local(rows[0].starts_at):%-d %b}",
        }  # fmt: skip
        keys = [one.pk for one in rows]
        together = Session.objects.filter(pk__in=keys).order_by("pk")
        list(together.select_for_update(of=("self",)).values_list("pk"))  # in the order of everybody
        together.order_by().update(takes_bookings=False, updated_at=now())
        for one in together.select_related("course"):
            close_seat_lines(one, called_off=True)
        return begin(CALL_OFF, keys, title=title, by=by, about=series, params={"reason": reason})
    for one in rows:
        cancel_session(one, reason=reason, by=by)
    return None


def _call_one_off(key: UUID, of: Job) -> None:
    one = Session.objects.select_related("course").get(pk=key)
    if one.is_open or one.status in PLANNED:
        cancel_session(one, reason=of.params["reason"], by=of.by)


def _label(key: UUID) -> str:
    return day_text(Session.objects.get(pk=key).starts_at, "d MMM y")


def _series(of: Job) -> tuple[Words, str]:
    return _("The series"), reverse("office:series", args=[of.about_id])


CALL_OFF = job(
    "scheduling.call_off_following", _call_one_off, may_stop=False, label=_label, leads=_series,
    permission="sessions.manage",
)  # fmt: skip


def written_about(rows: Iterable[Session]) -> set[UUID]:
    """Those of `rows`, by their keys, that something refers to, such as a cancelled booking or what was uploaded.

    They can be called off, and are never removed.
    """
    keys, found = [one.pk for one in rows], set()
    for relation in Session._meta.related_objects:
        if relation.on_delete is PROTECT:
            name = relation.field.name
            others = relation.related_model._base_manager.filter(**{f"{name}__in": keys})
            found |= set(others.values_list(name, flat=True))
    return found


@dataclass(frozen=True)
class Removed:
    """How many sessions are gone, how many were called off since something refers to them, and how many are booked."""

    gone: int
    called_off: int
    booked: int
    series: SessionSeries | None  # None where nothing of it is left


@transaction.atomic
def remove_unbooked(session: Session, *, by: User | None) -> Removed:
    """Take `session` and those after it in its series off the calendar, where nobody has a seat.

    They are gone as if they had never been, but for those that something refers to: `written_about` knows these, and
    they are called off. Raises `NothingFollows`.
    """
    series = _locked(session)
    rows = list(following(session).select_for_update(of=("self",)).select_related("course"))
    if not rows:
        raise NothingFollows
    free = [one for one in rows if not one.seats_taken]
    days, called_off = [], 0
    for one in free:
        day = day_text(one.starts_at, "d MMM y")
        try:
            with transaction.atomic():
                one.delete()
        except (ProtectedError, IntegrityError):
            cancel_session(one, reason="", by=by)
            called_off += 1
        else:
            days.append(day)
    if days:
        say_taken_off(series.course, ", ".join(days), by=by)
    removed = Removed(len(days), called_off, len(rows) - len(free), series)
    if not series.sessions.exists():
        series.delete()
        return replace(removed, series=None)
    if free:
        event = SeriesEndedEarly(series_id=series.pk, sessions=len(free), since=free[0].starts_at.isoformat())
        emit(event, by=by, subject=series)
    return removed
