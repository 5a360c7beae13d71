"""Several sessions of a course put on the calendar at once: all or none, and off it again while nobody is booked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from shared_apps.accounts.models import User
from shared_apps.core.db import lock_word
from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.events.idempotency import locked_answer
from shared_apps.events.models import AnsweredRequest
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.advice import Adviser
from tenant_apps.scheduling.errors import BookedMeanwhile, NotJustMade, SomeCantBe, ThereAlready
from tenant_apps.scheduling.events import SessionsTakenBack
from tenant_apps.scheduling.models import PLANNED, Session, SessionStatus
from tenant_apps.scheduling.plan import Span
from tenant_apps.scheduling.services import SessionDetails, schedule_session
from tenant_apps.scheduling.team import Team, lead_of

MOST = 60  # sessions at once
LONGEST_NOTE = 500
JUST_MADE = timedelta(hours=1)  # after that a session is cancelled, which leaves a trace


@dataclass(frozen=True)
class Tried:
    """What became of one plan: a session, or a sentence that says why not."""

    days: Sequence[Span]
    session: Session | None
    why_not: str = ""
    advice: Sequence[str] = ()  # what speaks against it without forbidding it


def repeated(first: date, *, weeks: int, times: int) -> list[date]:
    """`first` and the same weekday every so many `weeks`, `times` days in all."""
    return [first + timedelta(weeks=weeks * n) for n in range(times)]


@transaction.atomic
def schedule_sessions(
    *, course: Course, plans: Sequence[Sequence[Span]], by: User | None, form_key: str = "", beside: bool = False,
    **details: Unpack[SessionDetails],
) -> list[Session]:  # fmt: skip
    """One session for each of `plans`, which are its days; all or none. Raises `SomeCantBe`, which says of each why.

    A `form_key` seen before gives the sessions that it made, while any of them is there. Where the course has sessions
    that begin at the same time it raises `ThereAlready`, unless these are meant to be `beside` them.
    """
    lock_word(f"several {course.pk}")
    answer = locked_answer(form_key, user_id=by.pk if by else None) if form_key else None
    if answer and (known := _made_by(answer)):
        return known
    if not beside and (days := _there_already(course, plans)):
        raise ThereAlready(days)
    tried = _try(course=course, plans=plans, by=by, **details)
    if any(one.why_not for one in tried):
        raise SomeCantBe({n: one.why_not for n, one in enumerate(tried) if one.why_not})
    made = [one.session for one in tried if one.session]
    if answer:
        answer.body = {"sessions": [str(session.pk) for session in made]}
        answer.save(update_fields=["body"])
    return made


def made_already(form_key: str, *, by: User | None) -> list[Session]:
    """The sessions that were made when this form was sent before, so far as they are there."""
    answer = AnsweredRequest.objects.filter(key=form_key, user_id=by.pk if by else None).first()
    return _made_by(answer) if answer else []


def _there_already(course: Course, plans: Sequence[Sequence[Span]]) -> str:
    starts = [days[0][0] for days in plans]
    rows = course.sessions.filter(starts_at__in=starts, status__in=PLANNED).order_by("starts_at")
    return ", ".join(dict.fromkeys(f"{row.starts_at.astimezone(row.zone):%-d %b %Y}" for row in rows))


def _made_by(answer: AnsweredRequest) -> list[Session]:
    return list(Session.objects.filter(pk__in=(answer.body or {}).get("sessions", [])).order_by("starts_at"))


def look_at_plans(
    *, course: Course, plans: Sequence[Sequence[Span]], by: User | None, **details: Unpack[SessionDetails]
) -> list[Tried]:
    """What `schedule_sessions` would say of each of `plans`; nothing is written."""
    with transaction.atomic():
        tried = _try(course=course, plans=plans, by=by, **details)
        transaction.set_rollback(True)
    team = Team(details.get("trainer", lead_of(course)), details.get("co_trainers", ()), details.get("assessor"))
    moments = [moment for days in plans for span in days for moment in span]
    adviser = Adviser(team.people, min(moments), max(moments))
    return [replace(one, advice=adviser.on(one.days)) for one in tried]


def _try(
    *, course: Course, plans: Sequence[Sequence[Span]], by: User | None, **details: Unpack[SessionDetails]
) -> list[Tried]:
    tried = []
    for days in plans:
        try:
            with transaction.atomic():
                made = schedule_session(course=course, days=days, by=by, **details)
        except DomainError as refusal:
            told = [text for texts in refusal.fields.values() for text in texts]  # who is taken, without what to do
            tried.append(Tried(days, None, " ".join(told) or str(refusal.message)))
        else:
            tried.append(Tried(days, made))
    return tried


@transaction.atomic
def take_back_sessions(*, course: Course, keys: Sequence[UUID], by: User | None) -> int:
    """Take sessions that were just put on the calendar off it, as if they had never been on it; how many.

    Raises `NotJustMade` or `BookedMeanwhile`, and then all stay.
    """
    rows = course.sessions.filter(pk__in=keys)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    since = now() - JUST_MADE
    if any(one.status != SessionStatus.SCHEDULED or one.starts_at <= now() or one.created_at < since for one in found):
        raise NotJustMade
    days = ", ".join(f"{session.starts_at.astimezone(session.zone):%-d %b %Y}" for session in found)
    try:
        with transaction.atomic():
            for session in found:
                session.delete()
    except ProtectedError:
        raise BookedMeanwhile from None
    if found:
        say_taken_off(course, days, made_since=min(one.created_at for one in found).isoformat(), by=by)
    return len(found)


def say_taken_off(course: Course, days: str, *, made_since: str = "", by: User | None) -> None:
    """Note that the sessions of `course` on `days`, in words, are off the calendar as if they had never been on it.

    `made_since`: when the first of them was made, where that is undone.
    """
    note = days if len(days) <= LONGEST_NOTE else f"{days[: LONGEST_NOTE - 1]}…"
    emit(SessionsTakenBack(course_id=course.pk, days=days, made_since=made_since), by=by, subject=course, note=note)
