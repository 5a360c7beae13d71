"""Telling those booked that a session was moved: once, some minutes later, with what several changes came to."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.db import transaction
from django.db.models import F, Q

from shared_apps.core.time import now
from shared_apps.events.bus import emit, on
from shared_apps.timers.due import DueRows
from tenant_apps.catalogue.events import CourseChanged
from tenant_apps.scheduling.events import SessionMoved
from tenant_apps.scheduling.models import OPEN, Session

QUIET = timedelta(minutes=5)  # after the last change, in case another one follows
PATIENCE = timedelta(minutes=20)  # after the first change, however many follow
URGENT = timedelta(hours=3)  # whoever is about to leave the house is told at once
AFTER_A_MOVE = timedelta(seconds=10)  # what else is to be said of it follows


class Snapshot(TypedDict):
    """What those booked know of a session: when its days begin and end, the zone of those times, and where it is."""

    days: list[list[str]]
    zone: str
    where: str
    online_url: str


def snapshot(session: Session) -> Snapshot:
    """What those booked know of a session's time and place, as it is now."""
    days = session.days.order_by("starts_at")
    return {
        "days": [[day.starts_at.isoformat(), day.ends_at.isoformat()] for day in days],
        "zone": session.zone.key,
        "where": session.where,
        "online_url": session.online_url,
    }


def is_named(where: str, online_url: str) -> bool:
    """Whether it is said where a session takes place, in a room or online; else that is to be announced."""
    return bool(where or online_url)


def announce(session: Session, before: Snapshot, *, note: str) -> str:
    """Note on `session`, which its caller saves, that people are to be told it is no longer as `before`.

    `before` is its `snapshot`; `note` what the office adds. When it is again as they know it, there is nothing to
    tell; then the answer is since when it was otherwise, and else "". Who booked in between knows it as it was then:
    that is kept as `later`.
    """
    at, known, after = now().isoformat(), session.move_untold, snapshot(session)
    if known is None:
        if not session.seats_taken:
            return ""
        known = {**before, "since": at}
    since: str = known["since"]
    later = known.get("later", [])
    is_as_known = all(known[name] == value for name, value in after.items())
    if is_as_known and not session.claims.filter(created_at__gt=datetime.fromisoformat(since)).exists():
        session.move_untold, session.tell_move_at, session.move_note = None, None, ""
        return since
    later = [*later, {**after, "since": at}]
    days = [day for state in (known, *later) for day in state["days"]]
    soonest = datetime.fromisoformat(min(begins for begins, _ends in days))
    last = datetime.fromisoformat(since) + PATIENCE
    session.move_untold = {**known, "later": later}
    session.tell_move_at = now() if soonest < now() + URGENT else min(now() + QUIET, last)
    session.move_note = note or session.move_note
    return ""


def waits_until(session: Session) -> datetime | None:
    """When people may hear of `session` what none of them asks for; None: now.

    Of one that was moved they hear that first. Until then the move can be taken back, and nobody heard of it.
    """
    return max(session.tell_move_at, now()) + AFTER_A_MOVE if session.tell_move_at else None


@on(CourseChanged, name="scheduling.count_another_title", when=lambda event: "title" in event.fields)
def count_another_title(event: CourseChanged) -> None:
    """Nobody is told of it, but whatever calendar is given a file of its sessions takes the title for the newer one."""
    Session.objects.filter(course=event.course_id, status__in=OPEN).update(sequence=F("sequence") + 1)


@transaction.atomic
def tell_move(session: Session) -> None:
    """Say that `session` was moved, if that is still due and it still takes place."""
    due = Session.objects.select_for_update(of=("self",), skip_locked=True).filter(_due(), pk=session.pk)
    found = due.first()
    if found is None:
        return
    before, note = found.move_untold, found.move_note
    found.move_untold, found.tell_move_at, found.move_note = None, None, ""
    found.save(update_fields=["move_untold", "tell_move_at", "move_note"])
    if found.status in OPEN:
        emit(SessionMoved(session_id=found.pk, before=before or {}, note=note, sequence=found.sequence), subject=found)


def _due() -> Q:
    return Q(tell_move_at__lte=now())


# Tells of every move whose time has come.
tell_moves = DueRows("scheduling.tell_move", Session.objects.all, "tell_move_at", tell_move, most=100)
