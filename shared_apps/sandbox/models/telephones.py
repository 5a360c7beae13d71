"""Telephones of the sandbox: texts, WhatsApp, and notifications of their browsers."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from shared_apps.core.models import Row
from shared_apps.sandbox.models.accounts import ServiceAccount


class Fate(models.TextChoices):
    """What becomes of the next messages to a telephone: Twilio's error code where one fails."""

    DELIVERED = "delivered", "Arrive"
    SENT = "sent", "Are sent, and no receipt comes"
    E30003 = "30003", "Don't arrive: phone off (30003)"
    E30004 = "30004", "Don't arrive: blocked (30004)"
    E30005 = "30005", "Don't arrive: nobody has the number (30005)"
    E30006 = "30006", "Don't arrive: a landline (30006)"
    E30007 = "30007", "Don't arrive: taken for spam (30007)"
    E30008 = "30008", "Don't arrive: nobody knows why (30008)"


class Telephone(models.Model):
    """One number that got something, or was opened."""

    number = models.CharField(max_length=20, primary_key=True)
    fate = models.CharField(max_length=10, choices=Fate, default=Fate.DELIVERED)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.number


class Way(models.TextChoices):
    """How a text travels."""

    SMS = "sms", "SMS"
    WHATSAPP = "whatsapp", "WhatsApp"


class TextMessage(Row):
    """One text by SMS or WhatsApp, to the telephone or (`inbound`) from the person who holds it."""

    sid = models.CharField(max_length=34, unique=True)
    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="texts")
    telephone = models.ForeignKey(Telephone, models.CASCADE, related_name="texts")
    way = models.CharField(max_length=10, choices=Way)
    inbound = models.BooleanField(default=False)
    body = models.TextField()
    template = models.CharField(max_length=34, blank=True, help_text="the ContentSid it was made from")
    status = models.CharField(max_length=12)
    ends_as = models.CharField(max_length=12, help_text="the last status it will have")
    error_code = models.PositiveIntegerField(null=True)
    callback = models.CharField(max_length=1000, blank=True)
    due_at = models.DateTimeField(null=True, help_text="when its next status comes")

    class Meta:
        indexes = [
            models.Index(fields=["telephone", "-created_at"], name="sandbox_texts_of_a_phone"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="sandbox_due_texts"),
        ]

    def __str__(self) -> str:
        return self.sid


class OptOut(Row):
    """A number that answered STOP to an account: nothing goes there until it answers START."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE)
    telephone = models.ForeignKey(Telephone, models.CASCADE, related_name="opt_outs")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "telephone"], name="sandbox_one_opt_out_per_number_and_account")
        ]


class Browser(Row):
    """One subscription for notifications, made by the browser of a telephone; with the keys that are the browser's."""

    key = models.CharField(max_length=64, unique=True, help_text="the end of its address at the push service")
    telephone = models.ForeignKey(Telephone, models.CASCADE, related_name="browsers")
    slug = models.CharField(max_length=63, help_text="the provider's site it was made at")
    server_key = models.CharField(max_length=100, help_text="the public key it was made for")
    private_key = models.CharField(max_length=60)
    public_key = models.CharField(max_length=100)
    auth = models.CharField(max_length=30)
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class PushNotice(Row):
    """One notification that arrived, as the browser read it; empty when it could not."""

    browser = models.ForeignKey(Browser, models.CASCADE, related_name="notices")
    payload = models.TextField(blank=True)
    ttl = models.PositiveIntegerField()
    urgent = models.BooleanField()
    dismissed_at = models.DateTimeField(null=True)
