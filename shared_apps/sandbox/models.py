"""What the stand-ins remember. Public schema only, because no provider knows our tenants."""

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


class Switches(models.Model):
    """The faults that are switched on: one row, made when first asked for."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    slow_seconds = models.PositiveSmallIntegerField(default=0)
    down = models.BooleanField(default=False)
    error_500 = models.BooleanField(default=False)
    rate_limited = models.BooleanField(default=False)
    invalid_json = models.BooleanField(default=False)
    lost_answers = models.BooleanField(default=False)
    calls_left = models.PositiveIntegerField(null=True, blank=True)
    webhooks_duplicate = models.BooleanField(default=False)
    webhooks_reordered = models.BooleanField(default=False)
    webhooks_lost = models.BooleanField(default=False)
    webhooks_delay_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sandbox_one_row_of_switches")]


class Mail(Row):
    """One message that was sent while the mailbox stood in for a mail server."""

    tenant = models.CharField(max_length=63, help_text="the schema it was sent from")
    sender = models.CharField(max_length=320)
    recipients = models.JSONField(default=list)
    subject = models.CharField(max_length=998, blank=True)
    headers = models.JSONField(default=list, help_text="pairs of name and value")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text="name, type and size in bytes, in the order of the message")
    raw = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="sandbox_newest_mail")]

    def __str__(self) -> str:
        return self.subject
