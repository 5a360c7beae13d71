"""What is to be done later."""

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.time import now

MOST_ATTEMPTS = 12  # over about two and a half hours; then a person must look


class TimerQuerySet(models.QuerySet["Timer"]):
    """Timers, by whether they still wait."""

    def waiting(self) -> "TimerQuerySet":
        """Those that go off by themselves."""
        return self.filter(fired_at=None, dropped_at=None, attempts__lt=MOST_ATTEMPTS)

    def given_up(self) -> "TimerQuerySet":
        """Those that failed so often that nobody tries them any more, and that nobody has dropped."""
        return self.filter(fired_at=None, dropped_at=None, attempts__gte=MOST_ATTEMPTS)


class Timer(Row):
    """One thing to be done at `due_at`: its `kind` names the function, `subject_id` the row that it is about.

    Of one kind and subject at most one waits; setting it again moves it.
    """

    kind = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    payload = models.JSONField(default=dict, help_text="More ids, by name")
    once = models.CharField(  # noqa: DJ001  (unique where given)
        max_length=200, null=True, unique=True, help_text="Of one key only one ever goes off"
    )
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField(default=now, help_text="Its time, put off while somebody is at it or it failed")
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, help_text="Of whoever is at it")
    error = models.TextField(blank=True)
    fired_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="When somebody said that it is not needed any more")

    objects = TimerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=Q(fired_at=None), nulls_distinct=False,
                name="one_waiting_timer_per_kind_and_subject",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["next_try_at"], condition=Q(fired_at=None), name="timer_due")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.due_at:%-d %b %Y %H:%M}"
