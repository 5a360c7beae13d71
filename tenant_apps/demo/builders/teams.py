"""Co-trainers and assessors, where they are free: the calendar as it is comes first."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from shared_apps.core.models import know
from tenant_apps.demo.builders.sessions import Calendar, overlaps
from tenant_apps.demo.dice import Dice
from tenant_apps.demo.stage import Stage
from tenant_apps.scheduling.models import Session, SessionDay, SessionStatus, TeamMember, TeamRole

OFF = (SessionStatus.CANCELLED, SessionStatus.RESCHEDULED)


def give_teams(stage: Stage, calendar: Calendar, sessions: Iterable[Session]) -> None:
    """Each of `sessions` gets whoever its course says, if they do nothing else then."""
    dice = Dice(f"{stage.data.slug} teams")  # of its own, so that nothing else falls otherwise
    days: dict[UUID, list[SessionDay]] = defaultdict(list)
    for day in stage.rows.get(SessionDay, []):
        days[day.session_id].append(day)
    for session in sorted(sessions, key=lambda one: (one.starts_at, one.pk)):
        if session.status in OFF:
            continue
        data, members = stage.course_data(session.course.slug), []
        spans = [(day.starts_at, day.ends_at) for day in days[session.pk]]
        for slug, role in ((data.co_trainer, TeamRole.CO_TRAINER), (data.assessor, TeamRole.ASSESSOR)):
            taken = calendar.taken[f"trainer {slug}"]
            if not slug or any(overlaps(span, other) for span in spans for other in taken):
                continue
            taken += spans
            made_at = dice.moment_of(session.pk)
            row = TeamMember(id=dice.key(made_at), session=session, trainer=stage.trainers[slug], role=role)
            members.append(stage.add(row))
        know(session, "team", members)
