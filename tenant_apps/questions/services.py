"""Asking another question, asking it otherwise, elsewhere in the row, or no longer."""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.events.bus import emit
from tenant_apps.catalogue.models import Course
from tenant_apps.questions.errors import KindStays, TooManyQuestions
from tenant_apps.questions.events import QuestionsChanged
from tenant_apps.questions.models import MOST_QUESTIONS, Question
from tenant_apps.questions.selectors import is_answered


class Wording(TypedDict, total=False):
    """How a question is put: see `Question`."""

    text: str
    hint: str
    kind: str
    choices: Sequence[str]
    required: bool
    days_before: int | None
    on_register: bool


@transaction.atomic
def ask(*, course: Course, by: User | None, **wording: Unpack[Wording]) -> Question:
    """Ask everybody who comes to `course` this, too, as the last question. Raises `TooManyQuestions`."""
    _lock(course)
    others = Question.objects.filter(course=course)
    _refuse_too_many(course)
    question = Question(course=course, position=Question.after_all(others))
    _word(question, wording)
    question.save()
    _emit(question, by)
    return question


@transaction.atomic
def ask_otherwise(question: Question, *, by: User | None, **wording: Unpack[Wording]) -> Question:
    """Put it otherwise. What was answered keeps the words that were asked then.

    Raises `KindStays` where it was answered and would be answered in another way now.
    """
    question = _locked(question)
    if "kind" in wording and wording["kind"] != question.kind and is_answered(question):
        raise KindStays
    if changed := _word(question, wording):
        question.save(update_fields=changed)
        _emit(question, by)
    return question


@transaction.atomic
def ask_earlier(question: Question, *, by: User | None, later: bool = False) -> None:
    """Put it before the one that was asked before it, or after the next; nothing happens at the end of the row."""
    _lock(question.course)
    row = list(Question.objects.filter(course=question.course_id))
    at = next((n for n, one in enumerate(row) if one.pk == question.pk), None)
    to = None if at is None else at + (1 if later else -1)
    if at is None or to is None or not 0 <= to < len(row):
        return
    row[at], row[to] = row[to], row[at]
    for position, one in enumerate(row, 1):
        one.position = position
    Question.objects.bulk_update(row, ["position"])
    _emit(question, by)


@transaction.atomic
def stop_asking(question: Question, *, by: User | None) -> None:
    """Ask it no longer, or again. What was answered stays; one that nobody answered goes. Raises `TooManyQuestions`."""
    _lock(question.course)
    question = _locked(question)
    if not question.active:
        _refuse_too_many(question.course)
    _emit(question, by)
    question.stop_or_ask_again(answered=is_answered(question))


def _lock(course: Course) -> None:
    """Whoever changes the questions of one course does so after the other."""
    lock_row(Course.objects.all(), course.pk)


def _locked(question: Question) -> Question:
    return lock_row(Question.objects.select_related("course"), question.pk)


def _refuse_too_many(course: Course) -> None:
    if Question.objects.asked().filter(course=course).count() >= MOST_QUESTIONS:
        raise TooManyQuestions


def _word(question: Question, wording: Wording) -> list[str]:
    """Set what is given; the names of the fields that are another now."""
    changed = [name for name, value in wording.items() if getattr(question, name) != value]
    for name, value in wording.items():
        setattr(question, name, value)
    return changed


def _emit(question: Question, by: User | None) -> None:
    emit(QuestionsChanged(course_id=question.course_id, question_id=question.pk), by=by, subject=question.course)
