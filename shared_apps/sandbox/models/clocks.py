"""How clocks were moved."""

from django.db import models
from django.db.models import Q

from shared_apps.core.ids import uuid7


class ClockMove(models.Model):
    """A tenant's clock that was moved from one moment to another, and what happened in between."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    schema_name = models.CharField(max_length=63)
    since = models.DateTimeField(help_text="What the clock showed before")
    wanted = models.DateTimeField(help_text="What it is to show")
    reached = models.DateTimeField(help_text="How far it came")
    finished = models.BooleanField(default=False)
    did = models.JSONField(default=dict, help_text="How often each kind of due work was done")
    happened = models.JSONField(default=list, help_text="[{at, what, detail, about}], in order")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schema_name"], condition=Q(finished=False), name="a_clock_is_moved_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} to {self.wanted:%Y-%m-%d %H:%M}"
