"""The days of a session as rows. A day keeps its row for as long as it is one of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial, reduce
from itertools import groupby
from operator import or_
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, router, transaction
from django.db.models import ProtectedError, Q
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from shared_apps.web.templatetags.muster import clock
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.scheduling.errors import Clash, DayInUse
from tenant_apps.scheduling.models import Session, SessionDay, TeamDay
from tenant_apps.scheduling.plan import Span
from tenant_apps.scheduling.team import Team, call_in, dismiss, lock_time_of

NEVER_TWICE = ("trainer", "room", "vehicle")
SHARED_WITH_DAYS = (*NEVER_TWICE, "time_zone")
MOST_CLASHES = 3


def write_days(session: Session, days: Sequence[Span], team: Team | None = None) -> None:
    """Let `session` be on `days`, with its trainer, room and vehicle, and with `team`. Call it in a transaction.

    None: its team stays. Rows are kept: days that move together take theirs along; else a day keeps its row on its
    date, and what is left of both is paired in order. Raises `Clash`, `TwiceOnSession`, and `DayInUse` for a day that
    is dropped and that something refers to.
    """
    team = team or Team.of(session)
    team.keep_apart()
    wanted = sorted(days)
    pairs, left = _divided(session, wanted)
    lock_time_of(session, [*(row for row, _span in pairs), *left], team)
    taken = {span for _row, span in pairs}
    _drop(left)
    shared = {what: getattr(session, what) for what in SHARED_WITH_DAYS}
    for row, (begins, ends) in pairs:
        row.starts_at, row.ends_at = begins, ends
        for what, value in shared.items():
            setattr(row, what, value)
    try:
        with transaction.atomic():
            # Away from the calendar for a moment, so that a day may take the place that another one of them leaves.
            session.days.update(live=False)
            dismiss(session, team)
            SessionDay.objects.bulk_update([row for row, _span in pairs], ["starts_at", "ends_at", *shared])
            call_in(session, team)
            session.days.update(live=True)
            SessionDay.objects.bulk_create(
                SessionDay(session=session, starts_at=span[0], ends_at=span[1], **shared)
                for span in wanted
                if span not in taken
            )
    except IntegrityError as error:
        for what in NEVER_TWICE:
            if f"a_{what}_is_never_in_two_places" in str(error):
                found = {**_people_taken(session, wanted, team), **_taken(session, wanted)}
                raise Clash(found or {what: _("Taken at that time.")}) from error
        raise


def look_at_days(session: Session, days: Sequence[Span], team: Team) -> None:
    """Raise what `write_days` would raise. Nothing is written: who is where is asked, and what refers to a day."""
    team.keep_apart()
    for row in _divided(session, days)[1]:
        _refuse_what_is_in_use(row)
    if taken := {**_people_taken(session, days, team), **_taken(session, days)}:
        raise Clash(taken)


def _divided(session: Session, days: Sequence[Span]) -> tuple[list[tuple[SessionDay, Span]], list[SessionDay]]:
    """Which of its rows becomes which of the `days`, and the rows that are none of them."""
    known = list(session.days.order_by("starts_at"))
    pairs = _paired(known, sorted(days), session.zone)
    kept = {row.pk for row, _span in pairs}
    return pairs, [row for row in known if row.pk not in kept]


def _people_taken(session: Session, wanted: Sequence[Span], team: Team) -> dict[str, str]:
    """What else each of `team` does at the times of `session`, whatever their role there: sentences, by the field."""
    rows = TeamDay.objects.filter(_at(wanted), live=True, trainer__in=[one.pk for one in team.people])
    rows = rows.exclude(day__session=session).select_related("day__session__course").order_by("starts_at", "pk")
    busy: dict[UUID, list[SessionDay]] = {}
    for row in rows:
        busy.setdefault(row.trainer_id, []).append(row.day)
    found = {}
    for field, people in team.roles().items():
        if clashing := [one for one in people if one.pk in busy]:
            found[field] = " ".join(_is_taken(one, busy[one.pk][:MOST_CLASHES]) for one in clashing)
    return found


def _taken(session: Session, wanted: Sequence[Span]) -> dict[str, str]:
    """What else is on at the times of `session` in its room and with its vehicle: a sentence for each."""
    others = SessionDay.objects.filter(_at(wanted), live=True).exclude(session=session)
    taken = {}
    for what in ("room", "vehicle"):
        one = getattr(session, what)
        clashes = others.filter(**{what: one}).select_related("session__course")[:MOST_CLASHES] if one else []
        if clashes:
            taken[what] = _is_taken(one, clashes)
    return taken


def _at(wanted: Sequence[Span]) -> Q:
    return reduce(or_, (Q(starts_at__lt=ends, ends_at__gt=begins) for begins, ends in wanted))


def _is_taken(who: object, clashes: Iterable[SessionDay]) -> str:
    courses = "; ".join(
        ", ".join([str(course), *map(_said, days)])
        for course, days in groupby(clashes, key=lambda day: day.session.course)
    )
    return _("%(who)s is taken at that time: %(courses)s.") % {"who": who, "courses": courses}


def _said(day: SessionDay) -> str:
    return f"{day_text(day.starts_at)}, {clock(day.starts_at)}–{clock(day.ends_at)}"


def _refuse_what_is_in_use(row: SessionDay) -> None:
    """Raise `DayInUse` where something refers to this day: what deletes it is asked, which looks before it deletes."""
    try:
        Collector(using=router.db_for_write(SessionDay)).collect([row])
    except ProtectedError as error:
        raise DayInUse(_said(row)) from error


def _drop(rows: Sequence[SessionDay]) -> None:
    for row in rows:
        _refuse_what_is_in_use(row)
        try:
            with transaction.atomic():
                row.delete()
        except (ProtectedError, IntegrityError) as error:  # something began to, at this moment
            raise DayInUse(_said(row)) from error


def _paired(known: Sequence[SessionDay], wanted: Sequence[Span], zone: ZoneInfo) -> list[tuple[SessionDay, Span]]:
    """Which of the `known` rows becomes which of the `wanted` spans, both in order."""
    if _move_together(known, wanted, zone):
        return list(zip(known, wanted, strict=True))
    rows, spans, pairs = list(known), list(wanted), []
    for same in (lambda row, span: (row.starts_at, row.ends_at) == span, partial(_on_one_date, zone=zone)):
        for row in list(rows):
            span = next((span for span in spans if same(row, span)), None)
            if span is not None:
                pairs.append((row, span))
                rows.remove(row)
                spans.remove(span)
    return pairs + list(zip(rows, spans, strict=False))


def _move_together(known: Sequence[SessionDay], wanted: Sequence[Span], zone: ZoneInfo) -> bool:
    """Whether all days move by the same number of days."""
    if len(known) != len(wanted):
        return False
    moves = {_date(span[0], zone) - _date(row.starts_at, zone) for row, span in zip(known, wanted, strict=True)}
    return len(moves) == 1


def _on_one_date(row: SessionDay, span: Span, *, zone: ZoneInfo) -> bool:
    return _date(row.starts_at, zone) == _date(span[0], zone)


def _date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
