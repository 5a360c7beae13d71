"""Sessions begin and end by themselves, as the clock says."""

from django.db import transaction

from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.timers.due import DueRows
from tenant_apps.scheduling.events import SessionBegan, SessionEnded
from tenant_apps.scheduling.models import PLANNED, Session, SessionStatus
from tenant_apps.scheduling.running import confirm_session
from tenant_apps.scheduling.seat_lines import close_seat_lines
from tenant_apps.scheduling.services import cancel_session


@transaction.atomic
def keep_pace(session: Session) -> None:
    """Begin `session` if its first day has begun, end it if its last day is over; else nothing.

    A tentative one that nobody decided about takes place if anybody is booked. A draft, or one without bookings, is
    over without having been anything.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.status in (SessionStatus.DRAFT, SessionStatus.TENTATIVE) and session.starts_at <= now():
        if session.seats_confirmed:
            confirm_session(session, by=None)
        else:
            cancel_session(session, reason="", by=None)
    if session.status == SessionStatus.SCHEDULED and session.starts_at <= now():
        move(session, "status", SessionStatus.IN_PROGRESS, by=None, started_at=session.starts_at)
        emit(SessionBegan(session_id=session.pk), subject=session)
        close_seat_lines(session)
    if session.status == SessionStatus.IN_PROGRESS and session.ends_at <= now():
        move(session, "status", SessionStatus.COMPLETED, by=None, finished_at=session.ends_at)
        emit(SessionEnded(session_id=session.pk), subject=session)


begin_due = DueRows("scheduling.begin", lambda: Session.objects.filter(status__in=PLANNED), "starts_at", keep_pace)
end_due = DueRows(
    "scheduling.end", lambda: Session.objects.filter(status=SessionStatus.IN_PROGRESS), "ends_at", keep_pace
)
