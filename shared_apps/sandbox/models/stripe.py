"""Objects of the stand-in for Stripe, its calls and its webhooks."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from shared_apps.core.models import Row


class StripeObject(models.Model):
    """One object of the stand-in for Stripe, as the API shows it, of one account."""

    id = models.CharField(max_length=80, primary_key=True)
    kind = models.CharField(max_length=40, help_text="the API's `object`, e.g. checkout.session")
    account = models.CharField(max_length=60, blank=True, help_text="the connected account; empty is the platform")
    data = models.JSONField()
    inner = models.JSONField(default=dict, help_text="what the API does not show, e.g. a test card's number")
    due_at = models.DateTimeField(null=True, help_text="when an open checkout session expires by itself")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "account", "-made_at"], name="sandbox_newest_of_a_kind"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="sandbox_due"),
        ]

    def __str__(self) -> str:
        return self.id


class IdempotentCall(Row):
    """One Idempotency-Key of an account, and what was answered; no `status` yet while the call runs."""

    key = models.CharField(max_length=255)
    account = models.CharField(max_length=60, blank=True)
    fingerprint = models.CharField(max_length=64)
    request_id = models.CharField(max_length=40)
    started_at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "account"], name="sandbox_one_call_per_idempotency_key"),
        ]


class WebhookDelivery(Row):
    """One event on its way to our webhook endpoint."""

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        DELIVERED = "delivered", "delivered"
        FAILED = "failed", "given up"
        LOST = "lost", "lost on purpose"

    event = models.ForeignKey(StripeObject, models.CASCADE, related_name="deliveries")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=200, blank=True, help_text="the last HTTP status, or what went wrong")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="waiting"), name="sandbox_waiting_deliveries"),
        ]
