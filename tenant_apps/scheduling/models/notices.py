"""When people hear what, before and after a session."""

from functools import reduce
from operator import and_

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from shared_apps.core.models import OneRow, Row

MOST_DAYS, MOST_HOURS = 60, 72
TIMES = ("joining_days", "reminder_days", "reminder_hours", "feedback_hours")


def within_weeks(name: str) -> models.CheckConstraint:
    """Each of the times is none, or one or more days or hours, up to the most there may be."""
    most = dict.fromkeys(TIMES[:2], MOST_DAYS) | dict.fromkeys(TIMES[2:], MOST_HOURS)
    rules = (Q(**{field: None}) | Q(**{f"{field}__range": (1, end)}) for field, end in most.items())
    return models.CheckConstraint(condition=reduce(and_, rules), name=name)


class NoticeTimes(Row):
    """When joining instructions, reminders and the request for feedback go out. None: not at all."""

    joining_days = models.PositiveSmallIntegerField(
        null=True, blank=True, default=7, validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text="Days before a session begins",
    )  # fmt: skip
    reminder_days = models.PositiveSmallIntegerField(
        null=True, blank=True, default=2, validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text="Days before a session begins",
    )  # fmt: skip
    reminder_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, default=3, validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
        help_text="Hours before a session begins",
    )  # fmt: skip
    feedback_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
        help_text="Hours after a session is over",
    )  # fmt: skip

    class Meta:
        abstract = True


class SessionNotices(NoticeTimes):
    """Those of a provider, for all courses that have none of their own. One row."""

    only = models.BooleanField(default=True, editable=False, unique=True)

    objects = OneRow.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="there_is_one_row_of_notices"),
            within_weeks("notices_go_out_within_weeks"),
        ]

    def __str__(self) -> str:
        return "notices before and after sessions"


class CourseNotices(NoticeTimes):
    """Those of one course. Without a row, the provider's hold."""

    course = models.OneToOneField("catalogue.Course", models.CASCADE, related_name="notices")

    class Meta:
        constraints = [within_weeks("notices_of_a_course_go_out_within_weeks")]

    def __str__(self) -> str:
        return f"notices before and after sessions of {self.course}"
