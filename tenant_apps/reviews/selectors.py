"""Averages, worked out of what is shown; who may say how it was; what was answered to a course's questions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Avg, Count

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from shared_apps.web.page_cache import recall
from tenant_apps.bookings.came import came
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer, persons_of
from tenant_apps.reviews.errors import DidNotAttend, NotAnAttendee, NotOverYet, ReviewClosed
from tenant_apps.reviews.models import LEAST, MOST, FeedbackAnswer, FeedbackQuestion, Kind, Review

WRITTEN_WITHIN = timedelta(days=180)  # of the end of the session
CHANGED_WITHIN = timedelta(days=30)  # of the first time it was written


@dataclass(frozen=True)
class Average:
    """The average of some ratings, to one decimal, and how many they are."""

    value: Decimal
    count: int


@dataclass(frozen=True)
class Averages:
    """Those of all courses and all trainers with reviews, by their keys."""

    courses: dict[UUID, Average]
    trainers: dict[UUID, Average]


def averages() -> Averages:
    """What the public sees; kept by the process until a review changes."""
    return recall(Review, _averages)


def average_of(what: Course | Trainer) -> Average | None:
    """The average of one of them; None while nobody has said anything."""
    known = averages()
    return (known.courses if isinstance(what, Course) else known.trainers).get(what.pk)


def _averages() -> Averages:
    shown = Review.objects.shown().order_by()
    rated = shown.exclude(trainer_rating=None)
    return Averages(
        _by_key(shown.values_list("course_id").annotate(Avg("rating"), Count("pk"))),
        _by_key(rated.values_list("trainer_id").annotate(Avg("trainer_rating"), Count("pk"))),
    )


def _by_key(rows: Iterable[Sequence[object]]) -> dict[UUID, Average]:
    found: dict[UUID, Average] = {}
    for key, value, count in rows:
        assert isinstance(key, UUID)
        assert isinstance(count, int)
        found[key] = Average(round(Decimal(str(value)), 1), count)
    return found


def own_attendee(booking: Booking, user: User) -> Attendee:
    """The seat of `booking` that is `user`'s, or of somebody whom they look after. Raises `NotAnAttendee`."""
    rows = booking.attendees.filter(person__in=persons_of(user)).select_related("person")
    seats = sorted(rows, key=lambda row: row.person is None or row.person.user_id != user.pk)
    if not seats:
        raise NotAnAttendee
    return seats[0]


def why_not_reviewable(attendee: Attendee, review: Review | None = None) -> DomainError | None:
    """Why they can't say now how it was, or say it otherwise than in `review`; None if they can."""
    session = attendee.booking.session
    if session.over_at > now():
        return NotOverYet()
    if review is None and session.over_at + WRITTEN_WITHIN < now():
        return ReviewClosed()
    if review is not None and review.created_at + CHANGED_WITHIN < now():
        return ReviewClosed()
    return None if came(attendee) else DidNotAttend()


def review_of(attendee: Attendee) -> Review | None:
    """What they said, if they did."""
    return Review.objects.filter(attendee=attendee).first()


def questions_of(course: UUID) -> list[FeedbackQuestion]:
    """What is asked after this course."""
    return list(FeedbackQuestion.objects.filter(course=course, active=True))


@dataclass
class Result:
    """What was answered to one question: how often each answer was given, or the texts."""

    question: FeedbackQuestion
    counts: list[tuple[str, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    average: Decimal | None = None

    @property
    def total(self) -> int:
        """How many answered."""
        return sum(count for _word, count in self.counts) or len(self.texts)

    @property
    def shares(self) -> list[tuple[str, int, int]]:
        """Each answer, how often it was given, and in per cent."""
        return [(word, count, round(100 * count / self.total) if self.total else 0) for word, count in self.counts]


def results_of(course: Course, *, texts: int = 50) -> list[Result]:
    """The answers to all questions of a course; of texts the latest ones."""
    answers: dict[UUID, list[FeedbackAnswer]] = defaultdict(list)
    for answer in FeedbackAnswer.objects.filter(question__course=course).order_by("-created_at"):
        answers[answer.question_id].append(answer)
    return [_result(question, answers[question.pk], texts) for question in course.feedback_questions.all()]


def _result(question: FeedbackQuestion, given: list[FeedbackAnswer], texts: int) -> Result:
    if question.kind == Kind.TEXT:
        return Result(question, texts=[answer.text for answer in given if answer.text][:texts])
    if question.kind == Kind.CHOICE:
        chosen = Counter(answer.text for answer in given if answer.text)
        words = [*question.choices, *(word for word in chosen if word not in question.choices)]
        return Result(question, counts=[(word, chosen[word]) for word in words])
    numbers = [answer.number for answer in given if answer.number is not None]
    rated = Counter(numbers)
    average = round(Decimal(sum(numbers)) / len(numbers), 1) if numbers else None
    return Result(question, [(str(n), rated[n]) for n in range(MOST, LEAST - 1, -1)], average=average)
