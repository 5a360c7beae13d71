"""Series of sessions from a rule: looked at, put on the calendar all or none, made longer, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.advice import Adviser
from tenant_apps.scheduling.clashes import Taken
from tenant_apps.scheduling.errors import ClockChange, InThePast, SomeCantBe
from tenant_apps.scheduling.events import SeriesExtended, SeriesScheduled
from tenant_apps.scheduling.models import Holiday, Session, SessionQuerySet, SessionSeries
from tenant_apps.scheduling.models.days import zone_named
from tenant_apps.scheduling.plan import Hours, Span
from tenant_apps.scheduling.recurrence import MOST_DATES, Closed, Occurrence, Rule, RuleRefused, never_closed
from tenant_apps.scheduling.services import SessionDetails
from tenant_apps.scheduling.several import made_already, schedule_sessions, take_back_sessions
from tenant_apps.scheduling.team import Team, lead_of

KEPT = ("trainer", "place", "room", "vehicle", "online_url", "capacity", "price", "visibility", "takes_bookings")


@dataclass(frozen=True)
class SeriesPlan:
    """What is to be made: dates by a rule, hours on the clock of the provider, holidays skipped or not."""

    rule: Rule
    hours: Hours
    skips_holidays: bool = True


@dataclass(frozen=True)
class Line:
    """What would become of one date of a rule. `skipped` says why nothing takes place, `why_not` why it can't be.

    `advice` speaks against it without forbidding it.
    """

    day: date
    span: Span | None = None
    skipped: str = ""
    why_not: str = ""
    advice: Sequence[str] = ()


def closed_on(first: date, *, holidays: bool) -> Closed:
    """Says of a day from `first` on in which of the provider's holidays it is; of none, without `holidays`."""
    if not holidays:
        return never_closed
    rows = list(Holiday.objects.filter(ends_on__gte=first))
    return lambda day: next((row.name for row in rows if row.starts_on <= day <= row.ends_on), "")


def look_at_series(plan: SeriesPlan, *, course: Course, **details: Unpack[SessionDetails]) -> list[Line]:
    """Each date of `plan`, and what speaks against it. Nothing is written.

    Raises `RuleRefused`, and `PlanRefused` for hours that end before they begin.
    """
    found = plan.rule.occurrences(closed_on(plan.rule.first, holidays=plan.skips_holidays))
    return _judged(found, plan.hours, course, details)


def look_at_more(series: SessionSeries, more: int) -> list[Line]:
    """The dates that `extend_series` would add. Raises `RuleRefused`."""
    return _judged(_next_ones(series, more), series.hours, series.course, _details_of(series))


def _judged(found: Sequence[Occurrence], hours: Hours, course: Course, details: SessionDetails) -> list[Line]:
    zone = zone_named(details.get("time_zone", ""))
    lines = []
    for one in found:
        if one.skipped:
            lines.append(Line(one.day, skipped=one.skipped))
            continue
        try:
            begins, ends = hours.on(one.day, zone)
        except ClockChange as refusal:
            lines.append(Line(one.day, why_not=str(refusal.message)))
        else:
            lines.append(Line(one.day, (begins.astimezone(zone), ends.astimezone(zone))))
    days = [line.span for line in lines if line.span]
    if not days:
        return lines
    team = Team(details.get("trainer", lead_of(course)), details.get("co_trainers", ()), details.get("assessor"))
    taken = Taken(days, people=team.people, room=details.get("room"), vehicle=details.get("vehicle"))
    adviser = Adviser(team.people, days[0][0], days[-1][1])
    return [_with_reasons(line, taken, adviser) for line in lines]


def _with_reasons(line: Line, taken: Taken, adviser: Adviser) -> Line:
    if line.span is None:
        return line
    past = str(InThePast.message) if line.span[0] <= now() else ""
    why_not = past or taken.at(line.span)
    return Line(line.day, line.span, why_not=why_not, advice=[] if why_not else adviser.on([line.span]))


@transaction.atomic
def schedule_series(
    *, plan: SeriesPlan, course: Course, by: User | None, form_key: str = "", beside: bool = False,
    **details: Unpack[SessionDetails],
) -> SessionSeries:  # fmt: skip
    """Put a session on the calendar for each date of `plan`, all or none, as one series.

    A `form_key` seen before gives the series that it made. Raises `RuleRefused`, `PlanRefused`, `SomeCantBe` that says
    of each date why, and `ThereAlready` unless these are meant to be `beside` what there is.
    """
    if form_key and (known := made_already(form_key, by=by)) and known[0].series:
        return known[0].series
    details.setdefault("trainer", lead_of(course))
    details.setdefault("capacity", course.default_capacity)
    lines = look_at_series(plan, course=course, **details)
    made = _schedule(lines, course=course, by=by, form_key=form_key, beside=beside, details=details)
    if made[0].series:  # the same form, sent at the same moment
        return made[0].series
    rule, hours = plan.rule, plan.hours
    series = SessionSeries.objects.create(
        course=course, weekdays=sorted(rule.weekdays), starts_on=rule.first, every=rule.every, count=rule.count,
        until=rule.until, skipped=sorted(rule.skipped), skips_holidays=plan.skips_holidays, begins=hours.begins,
        ends=hours.ends, overnight=hours.overnight, time_zone=made[0].zone.key,
        **{name: value for name, value in details.items() if name in KEPT},
    )  # fmt: skip
    _link(made, series)
    emit(SeriesScheduled(series_id=series.pk, sessions=len(made)), by=by, subject=series)
    return series


def _schedule(
    lines: Sequence[Line], *, course: Course, by: User | None, form_key: str, beside: bool, details: SessionDetails
) -> list[Session]:
    wanted = [line for line in lines if not line.skipped]
    if refused := {n: line.why_not for n, line in enumerate(wanted) if line.why_not}:
        raise SomeCantBe(refused)
    plans = [[line.span] for line in wanted if line.span]
    return schedule_sessions(course=course, plans=plans, by=by, form_key=form_key, beside=beside, **details)


def _link(made: Sequence[Session], series: SessionSeries) -> None:
    for session in made:
        session.series, session.series_date = series, session.starts_at.astimezone(session.zone).date()
    Session.objects.bulk_update(made, ["series", "series_date"])


@transaction.atomic
def extend_series(series: SessionSeries, *, more: int, by: User | None, form_key: str = "") -> list[Session]:
    """Go on with `series`, as it is by now, for `more` sessions after its last one, on its own clock; all or none.

    Who does not teach any more is left out: `who_left` names them. Raises `RuleRefused` when it would have too many,
    `SomeCantBe`.
    """
    related = ("course", "trainer__person", "place", "room", "vehicle")
    series = lock_row(SessionSeries.objects.select_related(*related), series.pk)
    if form_key and (known := made_already(form_key, by=by)):
        return known
    lines = look_at_more(series, more)
    made = _schedule(
        lines, course=series.course, by=by, form_key=form_key, beside=True, details=_details_of(series)
    )  # fmt: skip
    _link(made, series)
    _end_anew(series)
    emit(SeriesExtended(series_id=series.pk, sessions=len(made)), by=by, subject=series)
    return made


def _next_ones(series: SessionSeries, more: int) -> list[Occurrence]:
    dates = _dates_of(series)
    if not 1 <= more <= MOST_DATES - len(dates):
        raise RuleRefused("more", _("A series has at most %d sessions.") % MOST_DATES)
    today = now().astimezone(zone_named(series.time_zone)).date()
    last = max([*dates, series.starts_on - timedelta(days=1), today])
    return series.rule.following(last, more, closed_on(last, holidays=series.skips_holidays))


def _dates_of(series: SessionSeries) -> list[date]:
    """The dates of `series` for which there is a session, each once, in order."""
    rows = Session.objects.filter(series=series, series_date__isnull=False)
    return sorted({day for day in rows.values_list("series_date", flat=True) if day})


def _end_anew(series: SessionSeries) -> None:
    """Let the rule end where its sessions end by now."""
    dates = _dates_of(series)
    if not dates:
        return
    if series.count is not None:
        series.count = len(dates)
    else:
        series.until = dates[-1]
    series.save(update_fields=["count", "until"])


def _details_of(series: SessionSeries) -> SessionDetails:
    """What sessions that are added to `series` are like, without who does not teach any more."""
    team = _team_of(series).who_teach()
    return {
        "trainer": team.lead, "co_trainers": list(team.co_trainers), "assessor": team.assessor,
        "place": series.place, "room": series.room, "vehicle": series.vehicle,
        "online_url": series.online_url, "capacity": series.capacity, "price": series.price,
        "visibility": series.visibility, "takes_bookings": series.takes_bookings, "time_zone": series.time_zone,
    }  # fmt: skip


def _team_of(series: SessionSeries) -> Team:
    """Its trainer, and who else is on the team of its last session that follows it."""
    last = series.sessions.filter(is_own_way=False).order_by("-series_date").first()
    return replace(Team.of(last), lead=series.trainer) if last else Team(series.trainer)


def who_left(series: SessionSeries) -> list[str]:
    """Who is on the team of `series` and does not teach any more: they are not put on what is added to it."""
    return [str(one) for one in _team_of(series).gone]


@transaction.atomic
def take_back_series(series: SessionSeries, *, keys: Sequence[UUID], by: User | None) -> int:
    """Take sessions of `series` that were just put on the calendar off it again: those with these `keys`; how many.

    Raises `NotJustMade` or `BookedMeanwhile`, and then all stay.
    """
    series = lock_row(SessionSeries.objects.select_related("course"), series.pk)
    rows = series.sessions.filter(pk__in=keys)
    gone = take_back_sessions(course=series.course, keys=list(rows.values_list("pk", flat=True)), by=by)
    if series.sessions.exists():
        _end_anew(series)
    else:
        series.delete()
    return gone


@dataclass(frozen=True)
class SeriesDate:
    """One date of a series: its session, perhaps a second one that was put elsewhere; or `skipped`, which says why."""

    day: date
    session: Session | None = None
    skipped: str = ""


def dates_of(series: SessionSeries, rows: SessionQuerySet) -> list[SeriesDate]:
    """All dates of `series` in their order, with those of `rows` that are its sessions, and with what was skipped."""
    mine = rows.filter(series=series).select_related("course", "trainer__person", "place", "room")
    sessions = list(mine.order_by("series_date", "starts_at", "pk"))
    dates = [SeriesDate(one.series_date, one) for one in sessions if one.series_date]
    known = _dates_of(series)
    if not known:
        return dates
    rule = replace(series.rule, count=None, until=max(known[-1], series.starts_on))
    closed = closed_on(series.starts_on, holidays=series.skips_holidays)
    skipped = [SeriesDate(one.day, skipped=one.skipped) for one in rule.judged(closed) if one.skipped]
    return sorted([*dates, *(one for one in skipped if one.day not in known)], key=lambda one: one.day)


def place_in_series(session: Session) -> tuple[int, int]:
    """Which of how many dates of its series `session` stands for."""
    dates = _dates_of(session.series) if session.series else []
    return (dates.index(session.series_date) + 1 if session.series_date in dates else 0, len(dates))
