"""What happens with reviews."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told


@dataclass(frozen=True, kw_only=True)
class ReviewWritten(
    DomainEvent, name="review.written", told=Told(_("Review written"), "message-square", "info"), by_visitor=True
):
    """Somebody who came says how it was; `changed`: they had said so before."""

    review_id: UUID
    rating: int
    changed: bool = False

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [f"{payload.get('rating')}/5"]


@dataclass(frozen=True, kw_only=True)
class ReviewHidden(DomainEvent, name="review.hidden", told=Told(_("Review hidden"), "eye-off", "warning")):
    """The public sees it no more, and it does not count."""

    review_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewShown(DomainEvent, name="review.shown", told=Told(_("Review shown again"), "eye")):
    """What was hidden is seen again."""

    review_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewAnswered(DomainEvent, name="review.answered", told=Told(_("Review answered"), "reply")):
    """The office answered it in public; `taken_back`: it did, and does no longer."""

    review_id: UUID
    taken_back: bool = False


@dataclass(frozen=True, kw_only=True)
class FeedbackQuestionChanged(
    DomainEvent, name="course.feedback_changed", told=Told(_("Questions after the course changed"), "list-checks")
):
    """A course asks another question, asks it otherwise, or asks it no longer."""

    course_id: UUID
    question_id: UUID
