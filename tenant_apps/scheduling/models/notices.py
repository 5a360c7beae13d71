"""When people hear what, before and after a session."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from shared_apps.core.models import OneRow, Row

MOST_DAYS, MOST_HOURS = 60, 72


class SessionNotices(Row):
    """When joining instructions, reminders and the request for feedback go out. One row; None: not at all."""

    only = models.BooleanField(default=True, editable=False, unique=True)
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

    objects = OneRow.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="there_is_one_row_of_notices")]

    def __str__(self) -> str:
        return "notices before and after sessions"
