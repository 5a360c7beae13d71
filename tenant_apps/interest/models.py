"""Who would come to a course that has no date yet."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import Visitor
from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.states import Actor, Move, StateTable
from tenant_apps.people.models import persons_of

OFFICE = "bookings.manage"


class InterestStatus(models.TextChoices):
    """Whether somebody still waits to hear of a date."""

    WAITING = "waiting", "waiting"
    TOLD = "told", "told of a date"
    LEFT = "left", "left"


INTEREST_MOVES = StateTable["Interest"](
    InterestStatus,
    Move({InterestStatus.WAITING}, InterestStatus.TOLD, by={Actor.SYSTEM}),
    Move({InterestStatus.WAITING}, InterestStatus.LEFT, by={Actor.BUYER, OFFICE, Actor.SYSTEM}),
    Move({InterestStatus.TOLD}, InterestStatus.WAITING, by={Actor.SYSTEM}),  # what they were told of was a mistake
)


class InterestQuerySet(models.QuerySet["Interest"]):
    """Interest, by whether it lasts and who may see it."""

    def waiting(self) -> "InterestQuerySet":
        """Those who have not heard of a date yet, the first one first."""
        return self.filter(status=InterestStatus.WAITING).order_by("created_at", "pk")

    def visible_to(self, user: Visitor) -> "InterestQuerySet":
        """The office sees all; anybody else that of whom they have access to."""
        if user.is_authenticated and user.can(OFFICE):
            return self
        return self.filter(person__in=persons_of(user)) if user.is_authenticated else self.none()


class Interest(Row):
    """One person who wants to hear when a course has a date, and for how many seats."""

    MOVES: ClassVar = {"status": INTEREST_MOVES}

    PERSONAL: ClassVar = personal(people=["person"], shows=["course_id", "seats", "status", "created_at"])

    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="interest")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="interest")
    seats = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=InterestStatus, default=InterestStatus.WAITING)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When they were told that there is a date")

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest in a course")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "person"], condition=Q(status="waiting"),
                name="one_open_interest_per_course_and_person",
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="interest_is_in_a_seat"),
            models.CheckConstraint(
                condition=Q(status="told", told_at__isnull=False) | (~Q(status="told") & Q(told_at=None)),
                name="who_was_told_and_nobody_else_says_when",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person} would come to {self.course}"
