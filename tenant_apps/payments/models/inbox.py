"""What providers told us."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import now


class ProviderEventStatus(models.TextChoices):
    """Whether what a provider told is dealt with."""

    RECEIVED = "received", "received"
    PROCESSED = "processed", "processed"
    FAILED = "failed", "failed"


class ProviderEvent(Row):
    """The inbox of webhooks: each verified event once, first stored, then processed."""

    MOVES: ClassVar = {
        "status": StateTable["ProviderEvent"](
            ProviderEventStatus,
            Move({ProviderEventStatus.RECEIVED}, ProviderEventStatus.PROCESSED, by={Actor.SYSTEM}),
            Move({ProviderEventStatus.RECEIVED}, ProviderEventStatus.FAILED, by={Actor.SYSTEM}),
            Move({ProviderEventStatus.FAILED}, ProviderEventStatus.RECEIVED, by={Actor.SYSTEM}),
            Move({ProviderEventStatus.FAILED}, ProviderEventStatus.PROCESSED, by={Actor.SYSTEM}),
            unrecorded="Each webhook moves once, several a second may come, and its row says when and what went wrong.",
        )
    }

    # Whom a provider's answer is about it says by their address alone.
    PERSONAL: ClassVar = personal(
        addresses=["payload__icontains"], shows=["provider", "kind", "created_at"], payload=lambda value: {}, error=""
    )

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
