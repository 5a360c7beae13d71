"""Money that a buyer's bank wants back."""

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row


class DisputeStatus(models.TextChoices):
    INQUIRY = "inquiry", "being asked about"
    OPEN = "open", "open"
    WON = "won", "won"
    LOST = "lost", "lost"


WITHHELD = (DisputeStatus.OPEN, DisputeStatus.LOST)


class Dispute(Row):
    """The buyer's bank wants a payment back. The money is out until the dispute is won; an inquiry takes none."""

    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="disputes")
    provider_reference = models.CharField(max_length=255, unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    status = models.CharField(max_length=10, choices=DisputeStatus)
    reason = models.CharField(max_length=100, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True, help_text="Until when the office can answer")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_is_of_something")]

    def __str__(self) -> str:
        return f"{self.amount} disputed"
