from dataclasses import dataclass, field
from uuid import UUID

from shared_apps.events.bus import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CourseChanged(DomainEvent, name="course.changed"):
    """A course was changed, or `made`; `fields` names what; `changes` has before and after of what is short."""

    course_id: UUID
    fields: list[str]
    changes: dict[str, list[str]] = field(default_factory=dict)
    made: bool = False
