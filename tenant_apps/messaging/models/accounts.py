"""With what a provider sends, and where a browser takes what is pushed to it."""

from hashlib import sha256
from typing import ClassVar

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q

from shared_apps.accounts.models import User
from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.time import real_now


class ChannelAccount(Row):
    """A provider's account with a service that carries messages. What is secret of it is encrypted."""

    service = models.CharField(max_length=20, unique=True, help_text="twilio or telegram")
    name = models.CharField(max_length=100, help_text="What people see: the number, or the name of the bot")
    public = models.JSONField(default=dict, help_text="What is no secret of it")
    secret = models.TextField(help_text="The rest, see `core.secrets`")
    disconnected_at = models.DateTimeField(null=True, help_text="Since when the service refuses it")
    error = models.CharField(max_length=300, blank=True, help_text="What it said then")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(secret=""), name="a_channel_account_has_a_secret")]

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"


class PushSubscription(Row):
    """A browser that shows what is pushed to it, as the browser described itself."""

    PERSONAL: ClassVar = personal(users=["user"], gone=True, shows=["device", "created_at"], endpoint="")

    user = models.ForeignKey(User, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=600, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    session = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="SHA-256 of the key of the sign-in that made it"
    )
    device = models.CharField(max_length=60, blank=True, help_text="Which browser on what")

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="push_of_user")]

    def __str__(self) -> str:
        return self.device or "a browser"

    def is_signed_in(self) -> bool:
        """Whether the sign-in that made it goes on: one that was ended from afar, or ran out, shows nothing more.

        Sign-ins end by the real clock, also where a sandbox shows another.
        """
        if not self.session:  # kept before sign-ins were noted
            return True
        keys = UserSession.objects.filter(user_id=self.user_id).values_list("session_key", flat=True)
        going_on = Session.objects.filter(session_key__in=list(keys), expire_date__gt=real_now())
        return self.session in {session_digest(key) for key in going_on.values_list("session_key", flat=True)}


def session_digest(key: str) -> str:
    """What is kept of the key of a sign-in."""
    return sha256(key.encode()).hexdigest()


class ChatLink(Row):
    """A link with which one person begins a chat with the provider's bot, so that we know whose it is."""

    PERSONAL: ClassVar = personal(people=["person"], gone=True, hidden=True)

    token = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what the link carries")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link until {self.ends_at:%H:%M}"


class StoppedNumber(Row):
    """A telephone number that is texted no more: its owner said STOP, or nobody has it. However it is written.

    It stays when whoever had it is forgotten, or they would be texted again.
    """

    number = models.CharField(max_length=16, unique=True, help_text="As E.164 writes it, +447700900123")

    def __str__(self) -> str:
        return self.number
