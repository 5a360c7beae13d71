"""When trainers teach and are away, and when the provider is closed. None of it forbids a session: forms warn."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import LineField
from shared_apps.core.models import Row
from shared_apps.core.personal import personal


class Weekday(models.IntegerChoices):
    """A day of the week, Monday first."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Availability(Row):
    """From when to when a trainer teaches on a day of the week. A trainer without any teaches at any time."""

    trainer = models.ForeignKey("people.Trainer", models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "begins"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="availability_is_on_a_weekday"),
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="availability_ends_after_it_begins"),
            models.UniqueConstraint(fields=["trainer", "weekday", "begins"], name="one_availability_per_beginning"),
        ]

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"


class TimeOff(Row):
    """A trainer is away from one instant to another; `reason` is for the office and for them."""

    PERSONAL: ClassVar = personal(people=["trainer__person"], reason="")

    trainer = models.ForeignKey("people.Trainer", models.CASCADE, related_name="time_off")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["trainer", "ends_at"], name="time_off_by_trainer")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="time_off_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%-d %b %Y}"

    @property
    def last_moment(self) -> datetime:
        """Just before its end: on its last day, also where it ends at midnight."""
        return self.ends_at - timedelta(microseconds=1)


class Holiday(Row):
    """Days on which the provider teaches nothing: school holidays, a bank holiday. Both days are included."""

    name = LineField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="holiday_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name
