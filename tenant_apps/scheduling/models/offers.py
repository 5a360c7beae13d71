"""What was offered to whom."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.time import now
from tenant_apps.scheduling.states import OFFER_MOVES, OfferStatus


class Offer(Row):
    """Something scarce that one person may have until a time; then it is offered to the next in line.

    `line` names the line that they stand in, `entry_id` is their row in it, `subject_id` what it is a line for.
    """

    MOVES: ClassVar = {"status": OFFER_MOVES}

    line = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    entry_id = models.UUIDField()
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="offers")
    seats = models.PositiveSmallIntegerField(default=1)
    until = models.DateTimeField()
    status = models.CharField(max_length=10, choices=OfferStatus, default=OfferStatus.OFFERED)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry_id"], condition=Q(status="offered"), name="one_open_offer_per_place_in_a_line"
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(status="offered"), name="offer_to_lapse"),
            models.Index(fields=["subject_id"], condition=Q(status="offered"), name="open_offer_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.line} for {self.person}"

    @property
    def is_open(self) -> bool:
        """Whether it may be accepted still."""
        return self.status == OfferStatus.OFFERED and self.until > now()
