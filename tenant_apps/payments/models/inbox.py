"""What providers told us."""

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.time import now


class ProviderEventStatus(models.TextChoices):
    RECEIVED = "received", "received"
    PROCESSED = "processed", "processed"
    FAILED = "failed", "failed"


class ProviderEvent(Row):
    """The inbox of webhooks: each verified event once, first stored, then processed."""

    MOVES = {
        ProviderEventStatus.RECEIVED: {ProviderEventStatus.PROCESSED, ProviderEventStatus.FAILED},
        ProviderEventStatus.FAILED: {ProviderEventStatus.RECEIVED, ProviderEventStatus.PROCESSED},
        ProviderEventStatus.PROCESSED: set(),
    }

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    status = models.CharField(max_length=10, choices=ProviderEventStatus, default=ProviderEventStatus.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    processed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="a_provider_event_is_stored_once")]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(status="received"), name="provider_event_due")]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"
