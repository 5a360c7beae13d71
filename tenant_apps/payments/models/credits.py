"""What was taken off an order."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.personal import personal


class Credit(Row):
    """Something taken off what an order owes: goodwill, a correction. Never changed; another one corrects it.

    Money that goes back without a cancellation is credited too, or else it would be owed again.
    """

    PERSONAL: ClassVar = personal(people=["order__buyer"], shows=["amount", "created_at"], reason="")

    order = models.ForeignKey("payments.Order", models.PROTECT, related_name="credits")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=13, decimal_places=3, help_text="Of the amount")
    reason = models.CharField(max_length=300)
    by_name = models.CharField(max_length=254, blank=True, help_text="Who gave it; empty: the provider's own pages")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="credit_is_of_something")]

    def __str__(self) -> str:
        return f"{self.amount} credited"
