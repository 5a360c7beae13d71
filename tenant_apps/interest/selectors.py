"""Dates that somebody who waits for one could book, and how much a course is asked for."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum

from tenant_apps.catalogue.models import Course
from tenant_apps.interest.models import Interest, InterestStatus
from tenant_apps.scheduling.models import Session


def open_dates(course: Course, seats: int = 1) -> list[Session]:
    """The next dates of `course` on which a visitor can book so many `seats`; at most ten."""
    if not (course.published and course.active):
        return []
    rows = Session.objects.public().bookable().with_seats(seats).filter(course=course)
    return list(rows.select_related("course", "place", "room").order_by("starts_at")[:10])


@dataclass(frozen=True)
class Demand:
    """How many people wait for a date of one course, and for how many seats."""

    course_id: UUID
    title: str
    people: int
    seats: int


def demand() -> list[Demand]:
    """What is asked for, the most wanted course first; at most fifty."""
    rows = Interest.objects.filter(status=InterestStatus.WAITING).order_by()
    found = rows.values_list("course", "course__title").annotate(people=Count("pk"), wanted=Sum("seats"))
    return [Demand(*row) for row in found.order_by("-people", "course__title")[:50]]
