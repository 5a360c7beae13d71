from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from shared_apps.events.bus import DomainEvent, Told


@dataclass(frozen=True, kw_only=True)
class CourseChanged(
    DomainEvent,
    name="course.changed",
    told=Told(_("Course changed"), "pencil"),
    told_new=Told(_("Course added"), "plus", "info"),
):
    """A course was changed, or `made`; `fields` names what; `changes` has before and after of what is short."""

    course_id: UUID
    fields: list[str]
    changes: dict[str, list[str]] = field(default_factory=dict)
    made: bool = False
