"""Documents that are given out, such as receipts: each with a number, and with what it said when it was issued."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.personal import ERASED_NAME, personal, without


class Series(Row):
    """A run of numbers without gaps, such as that of receipts: `prefix` and the next number."""

    name = models.CharField(max_length=30, unique=True)
    prefix = models.CharField(max_length=10, blank=True)
    next_number = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "series"
        constraints = [models.CheckConstraint(condition=Q(next_number__gte=1), name="series_count_from_one")]

    def __str__(self) -> str:
        return self.name


class Document(Row):
    """One document as it was issued. What it says (`facts`) is never changed: what came later is another document.

    Whom it is about may be forgotten all the same; the sums stay.
    """

    PERSONAL: ClassVar = personal(
        about=["about_id"], shows=["number", "created_at"],
        facts=without(buyer={"name": ERASED_NAME, "company": "", "email": ""}),
    )  # fmt: skip

    number = models.CharField(max_length=30, unique=True)
    series = models.ForeignKey(Series, models.PROTECT, related_name="documents")
    about_id = models.UUIDField(help_text="The row that it is about, such as an order")
    facts = models.JSONField(encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the facts")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about_id", "series", "digest"], name="the_same_is_issued_once"),
        ]

    def __str__(self) -> str:
        return self.number


class Paper(Row):
    """A PDF that is kept: what it is about, and the digest of what it shows. See `papers`.

    It is drawn anew when that has changed; the file that it had then goes by itself.
    """

    PERSONAL: ClassVar = personal(about=["about_id"], gone=True, hidden=True)

    kind = models.CharField(max_length=30, help_text="Who knows how to draw it, e.g. receipt")
    subject_id = models.UUIDField(help_text="The row that it shows, such as a document")
    about_id = models.UUIDField(help_text="The row that it is about, such as an order")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what it shows; empty: not drawn yet")
    file = models.FileField(upload_to="private/papers/", blank=True)
    wanted_at = models.DateTimeField(null=True, help_text="When a worker is to look whether it must be drawn")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="one_paper_of_a_kind"),
        ]
        indexes = [models.Index(fields=["wanted_at"], condition=Q(wanted_at__isnull=False), name="paper_wanted")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject_id}"
