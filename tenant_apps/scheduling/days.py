"""The days of a session as rows. A day keeps its row for as long as it is one of them."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from tenant_apps.scheduling.errors import Clash
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.scheduling.plan import Span

SHARED_WITH_DAYS = ("trainer", "room", "vehicle", "time_zone")


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
        for what in SHARED_WITH_DAYS:
            if f"a_{what}_is_never_in_two_places" in str(error):
                raise Clash(what) from error
        raise


def _paired(known: list[SessionDay], wanted: list[Span]) -> list[tuple[SessionDay, Span]]:
    if len(known) == len(wanted):
        return list(zip(known, wanted, strict=True))
    same = {(row.starts_at, row.ends_at): row for row in known}
    pairs = [(same[span], span) for span in wanted if span in same]
    rest = [row for row in known if (row.starts_at, row.ends_at) not in wanted]
    return pairs + list(zip(rest, [span for span in wanted if span not in same], strict=False))
