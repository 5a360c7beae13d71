"""What a course asks."""

from collections.abc import Collection
from uuid import UUID

from shared_apps.core.hooks import Hook
from tenant_apps.questions.models import Question

# Called with a `question` and a list `found`: whoever keeps answers adds to it what shows that there is one.
answers_to = Hook()


def asked_of(course_id: UUID) -> list[Question]:
    """What is asked of who comes to this course, in order."""
    return list(Question.objects.asked().filter(course=course_id))


def asked_of_courses(courses: Collection[UUID]) -> dict[UUID, list[Question]]:
    """The same of several courses, by their keys."""
    found: dict[UUID, list[Question]] = {pk: [] for pk in courses}
    for question in Question.objects.asked().filter(course__in=courses):
        found[question.course_id].append(question)
    return found


def is_answered(question: Question) -> bool:
    """Whether anybody has answered it."""
    found: list[object] = []
    answers_to(question=question, found=found)
    return bool(found)
