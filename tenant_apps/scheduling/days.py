"""The days of a session as rows. A day keeps its row for as long as it is one of them."""

from collections.abc import Sequence
from functools import reduce
from itertools import groupby
from operator import or_

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shared_apps.web.templatetags.muster import clock
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.scheduling.errors import Clash
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.scheduling.plan import Span

NEVER_TWICE = ("trainer", "room", "vehicle")
SHARED_WITH_DAYS = (*NEVER_TWICE, "time_zone")
MOST_CLASHES = 3


def write_days(session: Session, days: Sequence[Span]) -> None:
    """Let `session` be on `days`, with its trainer, room and vehicle. Call it in a transaction.

    Rows are kept: as many days as before keep theirs in order; of another number, those that stay as they are keep
    theirs first. Raises `Clash`.
    """
    known = list(session.days.order_by("starts_at"))
    wanted = sorted(days)
    pairs = _paired(known, wanted)
    kept = {row.pk for row, _span in pairs}
    taken = {span for _row, span in pairs}
    session.days.exclude(pk__in=kept).delete()
    shared = {what: getattr(session, what) for what in SHARED_WITH_DAYS}
    for row, (begins, ends) in pairs:
        row.starts_at, row.ends_at = begins, ends
        for what, value in shared.items():
            setattr(row, what, value)
    try:
        with transaction.atomic():
            # Away from the calendar for a moment, so that a day may take the place that another one of them leaves.
            session.days.update(live=False)
            SessionDay.objects.bulk_update([row for row, _span in pairs], ["starts_at", "ends_at", *shared])
            session.days.update(live=True)
            SessionDay.objects.bulk_create(
                SessionDay(session=session, starts_at=span[0], ends_at=span[1], **shared)
                for span in wanted
                if span not in taken
            )
    except IntegrityError as error:
        for what in NEVER_TWICE:
            if f"a_{what}_is_never_in_two_places" in str(error):
                raise Clash(_taken(session, wanted) or {what: _("Taken at that time.")}) from error
        raise


def _taken(session: Session, wanted: Sequence[Span]) -> dict[str, str]:
    """What else is on at the times of `session`, for its trainer, its room and its vehicle: a sentence for each."""
    at_the_time = reduce(or_, (Q(starts_at__lt=ends, ends_at__gt=begins) for begins, ends in wanted))
    others = SessionDay.objects.filter(at_the_time, live=True).exclude(session=session)
    taken = {}
    for what in NEVER_TWICE:
        one = getattr(session, what)
        clashes = others.filter(**{what: one}).select_related("session__course")[:MOST_CLASHES] if one else []
        if clashes:
            courses = "; ".join(
                ", ".join([str(course), *map(_said, days)])
                for course, days in groupby(clashes, key=lambda day: day.session.course)
            )
            taken[what] = _("%(who)s is taken at that time: %(courses)s.") % {"who": one, "courses": courses}
    return taken


def _said(day: SessionDay) -> str:
    return f"{day_text(day.starts_at)}, {clock(day.starts_at)}–{clock(day.ends_at)}"


def _paired(known: list[SessionDay], wanted: list[Span]) -> list[tuple[SessionDay, Span]]:
    if len(known) == len(wanted):
        return list(zip(known, wanted, strict=True))
    same = {(row.starts_at, row.ends_at): row for row in known}
    pairs = [(same[span], span) for span in wanted if span in same]
    rest = [row for row in known if (row.starts_at, row.ends_at) not in wanted]
    return pairs + list(zip(rest, [span for span in wanted if span not in same], strict=False))
