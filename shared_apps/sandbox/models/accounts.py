"""Accounts at the stand-ins for Twilio and Telegram, and what these tell our servers."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from shared_apps.core.models import Row


class ServiceAccount(models.Model):
    """One account at Twilio, or one bot at Telegram, of the provider with this `slug`."""

    class Service(models.TextChoices):
        TWILIO = "twilio", "Twilio"
        TELEGRAM = "telegram", "Telegram"

    id = models.CharField(max_length=40, primary_key=True, help_text="Twilio's sid, or the number of the bot")
    service = models.CharField(max_length=10, choices=Service)
    slug = models.CharField(max_length=63)
    name = models.CharField(max_length=200)
    token = models.CharField(max_length=120)
    sender = models.CharField(max_length=40, help_text="what it sends as: a number, or the bot's user name")
    webhook = models.CharField(max_length=500, blank=True, help_text="where a bot's updates go")
    webhook_secret = models.CharField(max_length=256, blank=True)
    heard = models.JSONField(default=list, help_text="which kinds of updates a bot asked for; empty: all of them")
    updates = models.PositiveBigIntegerField(default=0, help_text="the number of the last update")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "slug"], name="sandbox_one_account_per_provider_and_service")
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.sender}"


class OutgoingCall(Row):
    """One call of a stand-in to our servers: how a message stands, or what somebody did in a chat."""

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        DELIVERED = "delivered", "delivered"
        FAILED = "failed", "given up"
        LOST = "lost", "lost on purpose"

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="calls")
    url = models.CharField(max_length=1000)
    headers = models.JSONField(default=dict)
    body = models.TextField()
    told = models.CharField(max_length=100, help_text="what it tells, in a word for people")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(status="waiting"), name="sandbox_waiting_calls")]
