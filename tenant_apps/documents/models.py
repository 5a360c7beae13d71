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
