"""Money that a buyer's bank wants back."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from shared_apps.core.models import Row
from shared_apps.core.states import Actor, Move, StateTable


class DisputeStatus(models.TextChoices):
    """How far a bank is with a dispute; an inquiry takes no money."""

    INQUIRY = "inquiry", "being asked about"
    OPEN = "open", "open"
    WON = "won", "won"
    LOST = "lost", "lost"


REASONS = {
    "credit_not_processed": _("They say that a refund did not come"),
    "duplicate": _("They say that they paid twice"),
    "fraudulent": _("They say that they did not pay this"),
    "general": _("No reason was given"),
    "product_not_received": _("They say that they did not get what they paid for"),
    "product_unacceptable": _("They say that it was not what they paid for"),
    "subscription_canceled": _("They say that they had cancelled"),
    "unrecognized": _("They do not know this payment"),
}
WITHHELD = (DisputeStatus.OPEN, DisputeStatus.LOST)


class Dispute(Row):
    """The buyer's bank wants a payment back. The money is out until the dispute is won; an inquiry takes none."""

    # A bank may change its mind: whatever it says is so.
    MOVES: ClassVar = {
        "status": StateTable["Dispute"](
            DisputeStatus,
            *(Move(set(DisputeStatus) - {to}, to, by={Actor.PAYMENT_PROVIDER}) for to in DisputeStatus),
            begins=set(DisputeStatus),
        )
    }

    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="disputes")
    provider_reference = models.CharField(max_length=255, unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    status = models.CharField(max_length=10, choices=DisputeStatus)
    reason = models.CharField(max_length=100, blank=True)
    gave_owed = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal(0), db_default=0,
        help_text="Of what it took for good: what was to go back to the buyer anyhow, and could not be sent",
    )  # fmt: skip
    answer_by = models.DateTimeField(null=True, blank=True, help_text="Until when the office can answer")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_is_of_something")]

    @property
    def unspoken_for(self) -> Decimal:
        """What of it was not written down when something was called off, or went back since then."""
        noted = self.parts.aggregate(sum=Sum(F("back") - F("given") + F("kept")))["sum"] or Decimal(0)
        return max(Decimal(0), self.amount - noted)

    @property
    def because(self) -> str:
        """What the buyer told their bank, in words; as the provider says it where we know none."""
        return str(REASONS.get(self.reason, self.reason.replace("_", " ").capitalize()))

    def __str__(self) -> str:
        return f"{self.amount} disputed"


class DisputedPart(Row):
    """What becomes of disputed money if the bank decides for us, written down when a thing was called off meanwhile."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="parts")
    item_id = models.UUIDField(help_text="What was called off")
    back = models.DecimalField(max_digits=12, decimal_places=2, help_text="Goes to the buyer")
    kept = models.DecimalField(max_digits=12, decimal_places=2, help_text="Stays here")
    given = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal(0), db_default=0, help_text="Went back of it so far"
    )
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When all of this was done")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "item_id"], name="disputed_part_is_of_one_thing"),
            models.CheckConstraint(
                condition=Q(kept__gte=0, given__gte=0, back__gte=F("given")), name="disputed_part_gives_what_it_has"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.back} of {self.dispute} goes back"
