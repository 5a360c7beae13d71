"""What somebody is told, once, whichever ways it goes."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.personal import personal
from shared_apps.core.states import Someone

OFFICE_PERMISSION = "bookings.manage"
FOR_OFFICE = Q(kind__contains="/office_")


class Priority(models.TextChoices):
    """How much a notice presses."""

    URGENT = "urgent", _("urgent")  # goes at once, in quiet hours too
    NORMAL = "normal", _("normal")
    LOW = "low", _("low")  # may wait for the daily summary


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, by whose they are."""

    def visible_to(self, user: Someone | AnonymousUser) -> "NoticeQuerySet":
        """One's own, and nobody else's: the office reads the log of messages.

        Who works in the office no more sees no more of what it was told.
        """
        if not user.is_authenticated:
            return self.none()
        theirs = self.filter(user=user.pk, in_inbox=True)
        return theirs if can(user, OFFICE_PERMISSION) else theirs.exclude(FOR_OFFICE)

    def unread(self) -> "NoticeQuerySet":
        """Those in an inbox that nobody has opened."""
        return self.filter(in_inbox=True, read_at=None)


class Notice(Row):
    """One thing that one person is told. Its `Message` rows carry it by email, text message and so on.

    It is in the inbox of an account itself; who has no account reads it in what is sent to them.
    """

    PERSONAL: ClassVar = (
        *personal(
            people=["person"], users=["user"], only=~FOR_OFFICE, shows=["kind", "created_at", "read_at"], title="",
            text="", link="",
        ),
        *personal(users=["user"], hidden=True, gone=True),
        *personal(about=["about_id"], hidden=True, title="", text="", link=""),
    )  # fmt: skip

    kind = models.CharField(max_length=60, help_text="Which kind, e.g. bookings/confirmed")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="notices", help_text="Whose inbox it is in")
    person = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="notices")
    about_id = models.UUIDField(null=True, help_text="The row it is about")
    once = models.CharField(  # noqa: DJ001  (unique where given)
        max_length=200, null=True, unique=True, help_text="Two notices of one key are one notice"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="One or two sentences, as a telephone shows them")
    link = models.CharField(max_length=1000, blank=True, help_text="The page that it leads to, as a whole address")
    priority = models.CharField(max_length=10, choices=Priority, default=Priority.NORMAL)
    in_inbox = models.BooleanField(default=True)
    unproven = models.BooleanField(
        default=False, db_default=False, help_text="Nobody has proven that the address is theirs whom it is for"
    )
    by_visitor = models.BooleanField(
        default=False, db_default=False, help_text="A visitor set it off, not the office or a timer"
    )
    read_at = models.DateTimeField(null=True)
    digest_at = models.DateTimeField(null=True, help_text="When it goes out with a summary, instead of by itself")
    digested_at = models.DateTimeField(null=True, help_text="When that summary was written")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(in_inbox=False) | Q(user__isnull=False), name="an_inbox_is_somebodys"),
            models.CheckConstraint(
                condition=Q(digested_at=None) | Q(digest_at__isnull=False), name="only_what_waited_is_summed_up"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], condition=Q(in_inbox=True), name="notice_inbox"),
            models.Index(fields=["user"], condition=Q(in_inbox=True, read_at=None), name="notice_unread"),
            models.Index(
                fields=["digest_at"], condition=Q(digest_at__isnull=False, digested_at=None), name="notice_to_sum_up"
            ),
            models.Index(fields=["about_id"], condition=Q(about_id__isnull=False), name="notice_about"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="notice_person"),
        ]

    def __str__(self) -> str:
        return self.title
