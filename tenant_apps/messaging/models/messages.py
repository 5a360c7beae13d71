"""What people were told, and whether it reached them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from shared_apps.core.errors import DomainError
from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.search import found_by, found_by_index
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import now


class MessageStatus(models.TextChoices):
    """Whether a message still waits, went, or could not go."""

    QUEUED = "queued", "queued"
    SENT = "sent", "sent"
    DELIVERED = "delivered", "delivered"  # the service says that it arrived; email never says so
    FAILED = "failed", "failed"
    WITHHELD = "withheld", "withheld"  # strangers asked for too many; see `limits`


class WentAlready(DomainError):
    """Somebody wants a message sent that went out, or is about to."""

    code = "illegal_move"
    message = _l("It went out already, or is on its way.")


WENT = (MessageStatus.SENT, MessageStatus.DELIVERED)
UNDER_WAY = (MessageStatus.QUEUED, *WENT)


class Message(Row):
    """One email, text message or push to one person: the intent first, then what became of it.

    `notice` is what it tells. Messages about somebody's account have none: they hold links for that person alone.
    """

    MOVES: ClassVar = {
        "status": StateTable["Message"](
            MessageStatus,
            Move({MessageStatus.QUEUED}, MessageStatus.SENT, by={Actor.SYSTEM}),
            Move({MessageStatus.QUEUED, MessageStatus.SENT}, MessageStatus.DELIVERED, by={Actor.SYSTEM}),
            Move({MessageStatus.QUEUED, MessageStatus.SENT}, MessageStatus.FAILED, by={Actor.SYSTEM}),
            Move(
                {MessageStatus.FAILED, MessageStatus.WITHHELD}, MessageStatus.QUEUED,
                by={"bookings.manage", Actor.SYSTEM},
            ),
            begins={MessageStatus.QUEUED, MessageStatus.WITHHELD},
            refusals={MessageStatus.QUEUED: lambda message: WentAlready()},
            unrecorded="Its row says when it went, how often it was tried, and what went wrong.",
        )
    }  # fmt: skip

    PERSONAL: ClassVar = (
        *personal(
            addresses=["to__iexact"], about=["about_id"], only=~Q(status__in=["sent", "delivered"]), gone=True,
            hidden=True,
        ),
        *personal(
            addresses=["to__iexact"], shows=["kind", "created_at", "sent_at"], to="", subject="", text="", html="",
            attachments=lambda value: [], error="",
        ),
        *personal(about=["about_id"], hidden=True, to="", subject="", error=""),
        *personal(
            people=["person"], only=~Q(channel="email"), shows=["kind", "channel", "created_at", "sent_at"], to="",
            subject="", text="", html="", error="",
        ),
        *personal(told=["about_id"], hidden=True, text="", html="", attachments=lambda value: []),
    )  # fmt: skip

    notice = models.ForeignKey("messaging.Notice", models.SET_NULL, null=True, related_name="messages")
    person = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="messages")
    channel = models.CharField(max_length=20, default="email", db_default="email", help_text="By which way it goes")
    kind = models.CharField(max_length=60, help_text="Which kind, e.g. bookings/confirmed")
    about_id = models.UUIDField(null=True, help_text="The row it is about")
    once = models.CharField(  # noqa: DJ001  (unique where given)
        max_length=200, null=True, unique=True, help_text="Two messages of one key are one message"
    )
    to = models.CharField(max_length=254, help_text="An address, a number, a chat, or the key of a push subscription")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text="[{name, type, content}], content as text")
    status = models.CharField(max_length=10, choices=MessageStatus, default=MessageStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    reference = models.CharField(
        max_length=100, blank=True, default="", db_default="", help_text="What the service calls it"
    )
    former_reference = models.CharField(
        max_length=100, blank=True, default="", db_default="", help_text="What it called the try before this one"
    )
    turn = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Which try it is, of those that somebody began; services tell us with it"
    )
    error = models.CharField(max_length=500, blank=True)
    found_by = found_by(named=["to"], known=["subject"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=WENT, sent_at__isnull=False) | (~Q(status__in=WENT) & Q(sent_at=None)),
                name="sent_messages_and_only_they_say_when",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(status=MessageStatus.DELIVERED),
                name="only_delivered_messages_say_when_they_arrived",
            ),
        ]
        indexes = [
            found_by_index("message"),
            models.Index(fields=["next_try_at"], condition=Q(status="queued"), name="message_due"),
            models.Index(fields=["about_id"], name="message_about"),
            models.Index(fields=["notice"], condition=Q(notice__isnull=False), name="message_notice"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="message_reference"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="message_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def whose(self) -> str:
        """The name of the person it is for; "" where nobody is known by it."""
        account = self.notice.user if self.notice else None
        return str(self.person or account or "")

    @property
    def address(self) -> str:
        """Where it went, without whose that is."""
        return str({"telegram": _("their Telegram chat"), "push": _("their device")}.get(self.channel, self.to))

    @property
    def shown_to(self) -> str:
        """Where it went, as people read it: the keys of chats and devices mean nothing to them."""
        way = {"telegram": _("their Telegram chat"), "push": _("their device")}.get(self.channel)
        if way is None:
            return self.to
        return f"{self.person}, {way}" if self.person else way

    @property
    def is_email(self) -> bool:
        return self.channel == "email"
