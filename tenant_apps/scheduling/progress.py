"""Sessions begin and end by themselves, as the clock says."""

from django.db import transaction

from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.periodic import for_each, frequent
from tenant_apps.scheduling.events import SessionBegan, SessionEnded
from tenant_apps.scheduling.models import Session, SessionStatus

MOST = 200


@transaction.atomic
def keep_pace(session: Session) -> None:
    """Begin `session` if its first day has begun, end it if its last day is over; else nothing."""
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.status == SessionStatus.SCHEDULED and session.starts_at <= now():
        move(session, "status", SessionStatus.IN_PROGRESS, by=None, started_at=session.starts_at)
        emit(SessionBegan(session_id=session.pk), subject=session)
    if session.status == SessionStatus.IN_PROGRESS and session.ends_at <= now():
        move(session, "status", SessionStatus.COMPLETED, by=None, finished_at=session.ends_at)
        emit(SessionEnded(session_id=session.pk), subject=session)


@frequent
def keep_pace_of_all() -> None:
    """Begin and end all sessions whose time has come, in one query when there are none."""
    for_each(Session.objects.behind_the_clock()[:MOST], keep_pace)
