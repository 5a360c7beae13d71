from dataclasses import dataclass
from uuid import UUID

from shared_apps.events.bus import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CourseChanged(DomainEvent, name="course.changed"):
    """A course was made or changed; `fields` names what."""

    course_id: UUID
    fields: list[str]
