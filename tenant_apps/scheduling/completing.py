"""What completing a session comes to: which days fall away, who is not marked, and what follows from it elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from shared_apps.core.hooks import Hook
from shared_apps.core.time import now
from tenant_apps.scheduling.attendance import attendance_of
from tenant_apps.scheduling.models import MARKED, Attendance, AttendanceStatus, Session, SessionDay


@dataclass(frozen=True)
class Outcome:
    """Something that completing a session does, in a sentence; and whom it leaves out, by name, and why."""

    said: str
    left_out: Sequence[tuple[str, str]] = ()


# Called with `session`, one that somebody is about to complete, and `found`: whoever does something for those who came
# adds an `Outcome` that says what, as the registers are now.
completing_gives = Hook()


def days_left_out(session: Session) -> QuerySet[SessionDay]:
    """The days that completing it now leaves out: they have not begun, and nobody is marked on them.

    Who is marked on a day that begins later today was taught on it: it began before its hour.
    """
    marked = Attendance.objects.filter(day=OuterRef("pk"), status__in=MARKED)
    return session.days.filter(~Exists(marked), live=True, starts_at__gt=now())


def days_kept(session: Session) -> list[SessionDay]:
    """The other ones, in order: those that count once it is completed."""
    return list(session.days.filter(live=True).exclude(pk__in=days_left_out(session)).order_by("starts_at"))


def not_marked(session: Session) -> list[tuple[SessionDay, list[str]]]:
    """Who sits there and is not marked on a day that counts, by name; days on which all are marked are left out."""
    lines, known = attendance_of(session), (*MARKED, AttendanceStatus.CANCELLED)
    days = [(day, [line.seat.name for line in lines if line.status_on(day) not in known]) for day in days_kept(session)]
    return [(day, names) for day, names in days if names]


def outcomes_of(session: Session) -> list[Outcome]:
    """What completing it now does for those who came."""
    found: list[Outcome] = []
    completing_gives(session=session, found=found)
    return found
