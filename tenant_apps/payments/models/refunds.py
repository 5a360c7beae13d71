"""Money that goes back."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.core.errors import DomainError
from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import now
from tenant_apps.payments.errors import RefundNotOwed, RefundTooHigh, SentByItself
from tenant_apps.payments.labels import is_manual

OFFICE = "payments.take"


BY_HAND = "by-hand-"  # begins the reference of money that the office sent another way
TAKEN_BACK = "taken-back-"  # begins the reference of what takes a payment back that was written down by mistake
KEPT = "kept"  # the provider of what pays another order
HANDED_OVER = "by_hand"  # in the ledger, where such money came from: nobody says from which till or account


class RefundStatus(models.TextChoices):
    """Whether money that goes back is on its way, there, or could not go."""

    PENDING = "pending", "on its way"
    COMPLETED = "completed", "refunded"
    FAILED = "failed", "failed"


def people_send_it(refund: "Refund") -> DomainError | None:
    """People hand this money over, and no provider by itself."""
    from tenant_apps.payments.providers import provider_for  # providers answer with rows of this module

    return None if provider_for(refund.goes_by).manual else SentByItself()


def it_is_still_owed(refund: "Refund") -> DomainError | None:
    """Nobody said that it need not be sent, and its money has not gone back in another way meanwhile."""
    if refund.dropped_at:
        return RefundNotOwed()
    return RefundTooHigh() if refund.amount > refund.payment.refundable else None


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds, by whether money went anywhere."""

    def that_take_back(self) -> "RefundQuerySet":
        """Those that take back a payment that was written down by mistake: see `Refund.takes_back`."""
        return self.filter(provider_reference__startswith=TAKEN_BACK)

    def of_money(self) -> "RefundQuerySet":
        """All others."""
        return self.exclude(provider_reference__startswith=TAKEN_BACK)


class Refund(Row):
    """Money going back, the way it came or by another one. The row is the intent; a task carries it out.

    What people hand over, in cash or by transfer, stays pending until somebody says how and when they did.

    A bank may send the money back days after the provider said that all went well. Then the refund
    failed, the money is here again, and the office says what to do: try again, or send it another way.
    """

    MOVES: ClassVar = {
        "status": StateTable["Refund"](
            RefundStatus,
            Move({RefundStatus.PENDING, RefundStatus.FAILED}, RefundStatus.COMPLETED, by={Actor.PAYMENT_PROVIDER}),
            Move({RefundStatus.PENDING}, RefundStatus.COMPLETED, by={OFFICE}, guard=people_send_it),
            Move({RefundStatus.FAILED}, RefundStatus.COMPLETED, by={OFFICE}, guard=it_is_still_owed),
            Move({RefundStatus.PENDING, RefundStatus.COMPLETED}, RefundStatus.FAILED, by={Actor.PAYMENT_PROVIDER}),
            Move({RefundStatus.FAILED}, RefundStatus.PENDING, by={OFFICE}, guard=it_is_still_owed),
            # What pays another order is there at once. What is left of one that failed waits for the office.
            begins=set(RefundStatus),
        )
    }

    PERSONAL: ClassVar = personal(
        people=["payment__order__buyer"],
        only=Q(provider_reference=None) | ~Q(provider_reference__startswith=TAKEN_BACK),
        shows=["amount", "status", "sent_on", "completed_at"],
        reason="", bank_details="", sent_how="", failure_reason="",
    )  # fmt: skip

    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    item_id = models.UUIDField(
        null=True, blank=True, help_text="Which of several things on the order was called off; empty: all that is left"
    )
    disputed_part = models.ForeignKey(
        "payments.DisputedPart", models.PROTECT, null=True, blank=True, related_name="refunds",
        help_text="What a bank decided about, and this gives",
    )  # fmt: skip
    provider = models.CharField(
        max_length=20, blank=True, db_default="", default="", help_text="Who sends it; empty: who took the payment"
    )
    reason = models.CharField(max_length=300, blank=True)
    bank_details = models.CharField(
        max_length=300, blank=True, db_default="", default="", help_text="Where to, if people transfer it"
    )
    sent_how = models.CharField(max_length=200, blank=True, db_default="", default="", help_text="As the office said")
    sent_on = models.DateField(null=True, blank=True, help_text="The day on which people sent it")
    status = models.CharField(max_length=10, choices=RefundStatus, default=RefundStatus.PENDING)
    provider_reference = models.CharField(max_length=255, null=True, blank=True, unique=True)
    failure_reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often the provider was told")
    retries = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often the office asked to try again"
    )
    next_try_at = models.DateTimeField(
        default=now, null=True, help_text="When periodic work sends it, or asks what became of it; None: no more"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="When the office said that it need not be sent any more, after it failed"
    )

    settled_otherwise = models.BooleanField(
        default=False, db_default=False, help_text="Dropped since the office said so, and not because it is sent anew"
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped_at=None) | Q(status=RefundStatus.FAILED), name="only_failed_refunds_are_dropped"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_of_something"),
            models.CheckConstraint(
                condition=Q(status=RefundStatus.COMPLETED, completed_at__isnull=False)
                | (~Q(status=RefundStatus.COMPLETED) & Q(completed_at=None)),
                name="completed_refunds_and_only_they_say_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="refund_to_look_at")
        ]

    def __str__(self) -> str:
        return f"{self.amount} back"

    @property
    def is_unsettled(self) -> bool:
        """Whether it has failed, and nobody has looked after it yet."""
        return self.status == RefundStatus.FAILED and self.dropped_at is None

    @property
    def pays_another(self) -> bool:
        """Whether it went to no person, but paid something else that they bought."""
        return self.provider == KEPT

    @property
    def takes_back(self) -> bool:
        """Whether it takes back a payment that was written down by mistake: no money went anywhere."""
        return bool(self.provider_reference and self.provider_reference.startswith(TAKEN_BACK))

    @property
    def goes_by(self) -> str:
        """The name of the provider that sends it."""
        return self.provider or self.payment.provider

    @property
    def is_by_hand(self) -> bool:
        """Whether people send this money, and not a provider by itself."""
        return is_manual(self.goes_by)

    @property
    def was_handed_over(self) -> bool:
        """Whether people sent it after the provider could not."""
        return bool(self.provider_reference and self.provider_reference.startswith(BY_HAND))

    @property
    def sent_from(self) -> str:
        """Where the money comes from: the provider that sends it, or what people have at hand."""
        return HANDED_OVER if self.was_handed_over and not self.is_by_hand else self.goes_by

    @property
    def key(self) -> str:
        """What the provider knows this try by: told twice, it sends the money once."""
        return f"{self.pk}-{self.retries}" if self.retries else str(self.pk)
