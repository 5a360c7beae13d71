"""What happens with the questions of a course."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.events.bus import DomainEvent, Told


@dataclass(frozen=True, kw_only=True)
class QuestionsChanged(
    DomainEvent, name="course.questions_changed", told=Told(_("Questions to attendees changed"), "list-checks")
):
    """A course asks another question, asks it otherwise or in another place, or asks it no longer."""

    course_id: UUID
    question_id: UUID
