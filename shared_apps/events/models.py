"""What happened here: audit trail, timeline and outbox in one."""

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.time import now


class Event(Row):
    """One thing that happened. Never changed, never deleted."""

    name = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=254, blank=True)
    subject_id = models.UUIDField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"], name="event_timeline"),
            models.Index(fields=["name", "id"], name="event_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(Row):
    """One event on its way to one handler."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="an_event_reaches_a_handler_once")]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(done_at=None), name="delivery_due")]


class AnsweredRequest(Row):
    """A request with an Idempotency-Key and the answer it got, so that asking again does nothing again."""

    key = models.CharField(max_length=255)
    user_id = models.UUIDField(null=True)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "user_id"], nulls_distinct=False, name="one_answer_per_key_and_user")
        ]
