"""Writing a review, hiding it, answering it, and the questions of a course."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.bookings.models import Attendee
from tenant_apps.catalogue.models import Course
from tenant_apps.reviews.errors import AlreadyHidden, NoTrainer
from tenant_apps.reviews.events import (
    FeedbackQuestionChanged,
    ReviewAnswered,
    ReviewHidden,
    ReviewShown,
    ReviewWritten,
)
from tenant_apps.reviews.models import FeedbackAnswer, FeedbackQuestion, Kind, Review
from tenant_apps.reviews.selectors import review_of, why_not_reviewable


def public_name(name: str) -> str:
    """The first name and the initial of the last: what strangers may read of somebody."""
    words = name.split()
    if not words:
        return ""
    return words[0] if len(words) == 1 else f"{words[0]} {words[-1][0].upper()}."


@transaction.atomic
def write_review(
    *, attendee: Attendee, rating: int, text: str = "", trainer_rating: int | None = None, trainer_text: str = "",
    answers: Mapping[UUID, str | int] | None = None, by: User | None,
) -> Review:  # fmt: skip
    """Say how it was, or say it otherwise than before; `answers` to the course's questions by their keys.

    Raises `NotOverYet`, `DidNotAttend`, `ReviewClosed`, `NoTrainer`.
    """
    # Two requests of the same attendee come one after the other: the second changes what the first wrote.
    seats = Attendee.objects.select_for_update(of=("self",), no_key=True).select_related("booking__session")
    attendee = seats.get(pk=attendee.pk)
    review = review_of(attendee)
    if refusal := why_not_reviewable(attendee, review):
        raise refusal
    session = attendee.booking.session
    trainer = review.trainer_id if review else session.trainer_id
    if trainer_rating is not None and trainer is None:
        raise NoTrainer
    said = {
        "rating": rating, "text": text, "trainer_rating": trainer_rating, "name": public_name(attendee.name),
        "trainer_text": trainer_text if trainer_rating is not None else "",
    }  # fmt: skip
    if review is None:
        review = Review.objects.create(
            attendee=attendee, session=session, course_id=session.course_id, trainer_id=trainer, **said
        )
        _answer_questions(review, answers)
        emit(ReviewWritten(review_id=review.pk, rating=rating), by=by, subject=review)
        return review
    _answer_questions(review, answers)
    if any(getattr(review, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(review, name, value)
        review.changed_at = now()
        review.save(update_fields=[*said, "changed_at"])
        emit(ReviewWritten(review_id=review.pk, rating=rating, changed=True), by=by, subject=review)
    return review


def _answer_questions(review: Review, answers: Mapping[UUID, str | int] | None) -> None:
    """None: what was answered stays. An empty answer takes one back."""
    if answers is None:
        return
    for question in FeedbackQuestion.objects.filter(course=review.course_id, active=True, pk__in=answers):
        given = answers[question.pk]
        if given == "":
            FeedbackAnswer.objects.filter(review=review, question=question).delete()
            continue
        number = int(given) if question.kind == Kind.RATING else None
        FeedbackAnswer.objects.update_or_create(
            review=review, question=question, defaults={"number": number, "text": "" if number else str(given)}
        )


@transaction.atomic
def hide_review(review: Review, *, reason: str, by: User | None) -> None:
    """Take it from the public's sight. Raises `AlreadyHidden`."""
    review = _locked(review)
    if review.is_hidden:
        raise AlreadyHidden
    review.hidden_at, review.hidden_reason, review.hidden_by = now(), reason, by
    review.save(update_fields=["hidden_at", "hidden_reason", "hidden_by"])
    emit(ReviewHidden(review_id=review.pk), by=by, subject=review)


@transaction.atomic
def show_review(review: Review, *, by: User | None) -> None:
    """Let the public see it again; nothing happens if it does."""
    review = _locked(review)
    if not review.is_hidden:
        return
    review.hidden_at, review.hidden_reason, review.hidden_by = None, "", None
    review.save(update_fields=["hidden_at", "hidden_reason", "hidden_by"])
    emit(ReviewShown(review_id=review.pk), by=by, subject=review)


@transaction.atomic
def answer_review(review: Review, *, answer: str, by: User | None) -> None:
    """Answer it in public; an empty `answer` takes the former one back."""
    review = _locked(review)
    if answer == review.answer:
        return
    review.answer, review.answered_at, review.answered_by = answer, now() if answer else None, by if answer else None
    review.save(update_fields=["answer", "answered_at", "answered_by"])
    emit(ReviewAnswered(review_id=review.pk, taken_back=not answer), by=by, subject=review)


@transaction.atomic
def ask_question(*, course: Course, text: str, kind: str, choices: Sequence[str] = (), by: User | None) -> (
    FeedbackQuestion
):  # fmt: skip
    """Ask another question after this course, as the last one."""
    position = FeedbackQuestion.after_all(FeedbackQuestion.objects.filter(course=course))
    question = FeedbackQuestion.objects.create(
        course=course, text=text, kind=kind, choices=list(choices), position=position
    )
    emit(FeedbackQuestionChanged(course_id=course.pk, question_id=question.pk), by=by, subject=course)
    return question


@transaction.atomic
def stop_asking(question: FeedbackQuestion, *, by: User | None) -> None:
    """Ask it no longer, or again. What was answered stays; a question that nobody answered goes."""
    question = FeedbackQuestion.objects.select_for_update(of=("self",)).select_related("course").get(pk=question.pk)
    emit(FeedbackQuestionChanged(course_id=question.course_id, question_id=question.pk), by=by, subject=question.course)
    question.stop_or_ask_again(answered=question.answers.exists())


def _locked(review: Review) -> Review:
    return Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
