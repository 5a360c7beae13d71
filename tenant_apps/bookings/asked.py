"""What those who come are asked, and what of it is not answered yet."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from shared_apps.core.time import local, midnight, now
from tenant_apps.bookings.models import STANDING, Answer, Attendee, Booking
from tenant_apps.questions.models import Question
from tenant_apps.questions.selectors import answers_to, asked_of, asked_of_courses
from tenant_apps.scheduling.models import Session


@dataclass(frozen=True)
class Asked:
    """One attendee, what their course asks them, and what was answered, by the keys of the questions."""

    attendee: Attendee
    questions: list[Question]
    answers: dict[UUID, Answer] = field(default_factory=dict)

    @property
    def missing(self) -> list[Question]:
        """What must be answered and is not."""
        return [one for one in self.questions if one.required and one.pk not in self.answers]

    @property
    def lines(self) -> list[tuple[Question, Answer | None]]:
        """Each question with its answer."""
        return [(one, self.answers.get(one.pk)) for one in self.questions]


def asked_on(bookings: Collection[Booking], *, course_id: UUID) -> list[Asked]:
    """Everybody who was named on `bookings` of one course, in the order of their seats; none if nothing is asked."""
    questions = asked_of(course_id)
    if not questions:
        return []
    rows = (
        Attendee.objects.filter(booking__in=bookings).select_related("booking__buyer").order_by("booking", "position")
    )
    return _with_answers(list(rows), questions)


@dataclass(frozen=True)
class AskedOnBooking:
    """Of a booking whose people are still asked: how many `people`, how many answers are `missing`, by when."""

    people: int
    missing: int
    due: datetime | None


def asked_of_people(booking: Booking) -> AskedOnBooking | None:
    """What a page of `booking` says of the questions of its course; None where nothing is asked, or it is too late."""
    found = asked_on([booking], course_id=booking.session.course_id) if booking.is_changeable else []
    if not found:
        return None
    return AskedOnBooking(len(found), sum(len(one.missing) for one in found), answers_due(booking.session))


def asked_at(session: Session) -> list[Asked]:
    """Everybody who was named for `session`, by name."""
    questions = asked_of(session.course_id)
    rows = Attendee.objects.filter(booking__session=session, booking__status__in=STANDING).select_related("booking")
    return _with_answers(sorted(rows, key=lambda row: (row.name.casefold(), row.pk)), questions)


def asked_of_attendee(attendee: Attendee) -> Asked:
    """What one attendee is asked."""
    return asked_of_attendees([attendee])[0]


def asked_of_attendees(rows: Sequence[Attendee]) -> list[Asked]:
    """What each of them is asked, whatever their courses are; asks the database twice."""
    questions = asked_of_courses({row.booking.session.course_id for row in rows})
    known = _answers_of(rows)
    return [Asked(row, questions[row.booking.session.course_id], known[row.pk]) for row in rows]


def _with_answers(rows: list[Attendee], questions: list[Question]) -> list[Asked]:
    known = _answers_of(rows)
    return [Asked(row, questions, known[row.pk]) for row in rows]


def _answers_of(rows: Sequence[Attendee]) -> dict[UUID, dict[UUID, Answer]]:
    known: dict[UUID, dict[UUID, Answer]] = defaultdict(dict)
    for answer in Answer.objects.filter(attendee__in=[row.pk for row in rows]):
        known[answer.attendee_id][answer.question_id] = answer
    return known


def owing_answers(attendees: QuerySet[Attendee]) -> QuerySet[Attendee]:
    """Those of `attendees` who have not answered something that they must."""
    given = Answer.objects.filter(attendee=OuterRef(OuterRef("pk")), question=OuterRef("pk"))
    course = OuterRef("booking__session__course")
    return attendees.filter(Exists(Question.objects.wanted().filter(course=course).exclude(Exists(given))))


def answered_until(session: Session, question: Question) -> datetime:
    """By when an answer is wanted: the last minute of a day, or the beginning of the session."""
    if not question.days_before:
        return session.starts_at
    day: date = local(session.starts_at).date() - timedelta(days=question.days_before)
    return min(midnight(day, after=True) - timedelta(minutes=1), session.starts_at)


def answers_due(session: Session) -> datetime | None:
    """By when the first of the answers that are wanted is wanted; None where none is."""
    wanted = [one for one in asked_of(session.course_id) if one.required]
    return min((answered_until(session, one) for one in wanted), default=None)


def is_late(session: Session, question: Question) -> bool:
    """Whether the time to answer it is over."""
    return answered_until(session, question) <= now()


@answers_to.add
def given_by_attendees(*, question: Question, found: list[object]) -> None:
    found += Answer.objects.filter(question=question)[:1]
