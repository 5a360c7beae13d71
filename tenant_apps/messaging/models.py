"""What people were told, and whether it reached them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.search import found_by, found_by_index
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import now


class MessageStatus(models.TextChoices):
    """Whether a message still waits, went, or could not go."""

    QUEUED = "queued", "queued"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"
    WITHHELD = "withheld", "withheld"  # strangers asked for too many; see `limits`


class Message(Row):
    """One email to one person: the intent first, then what became of it."""

    MOVES: ClassVar = {
        "status": StateTable["Message"](
            MessageStatus,
            Move({MessageStatus.QUEUED}, MessageStatus.SENT, by={Actor.SYSTEM}),
            Move({MessageStatus.QUEUED}, MessageStatus.FAILED, by={Actor.SYSTEM}),
            Move(
                {MessageStatus.FAILED, MessageStatus.WITHHELD}, MessageStatus.QUEUED,
                by={"bookings.manage", Actor.SYSTEM},
            ),
            begins={MessageStatus.QUEUED, MessageStatus.WITHHELD},
            unrecorded="Each email moves once, and its row says when, how often it was tried, and what went wrong.",
        )
    }  # fmt: skip

    PERSONAL: ClassVar = (
        *personal(addresses=["to__iexact"], about=["about_id"], only=~Q(status="sent"), gone=True, hidden=True),
        *personal(
            addresses=["to__iexact"], shows=["kind", "created_at", "sent_at"], to="", subject="", text="", html="",
            attachments=lambda value: [], error="",
        ),
        *personal(about=["about_id"], hidden=True, to="", subject="", error=""),
        *personal(told=["about_id"], hidden=True, text="", html="", attachments=lambda value: []),
    )  # fmt: skip

    kind = models.CharField(max_length=60, help_text="Which template, e.g. booking_confirmed")
    about_id = models.UUIDField(null=True, help_text="The row it is about")
    once = models.CharField(  # noqa: DJ001  (unique where given)
        max_length=200, null=True, unique=True, help_text="Two messages of one key are one message"
    )
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text="[{name, type, content}], content as text")
    status = models.CharField(max_length=10, choices=MessageStatus, default=MessageStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    found_by = found_by(named=["to"], known=["subject"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=MessageStatus.SENT, sent_at__isnull=False)
                | (~Q(status=MessageStatus.SENT) & Q(sent_at=None)),
                name="sent_messages_and_only_they_say_when",
            )
        ]
        indexes = [
            found_by_index("message"),
            models.Index(fields=["next_try_at"], condition=Q(status="queued"), name="message_due"),
            models.Index(fields=["about_id"], name="message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"
