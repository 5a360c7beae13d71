"""Attempts to collect money."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum

from shared_apps.accounts.models import Visitor
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.personal import personal
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import now
from tenant_apps.payments.labels import label_of
from tenant_apps.payments.models.disputes import WITHHELD, Dispute, DisputeStatus
from tenant_apps.payments.models.refunds import TAKEN_BACK, Refund, RefundStatus
from tenant_apps.people.models import persons_of


class PaymentStatus(models.TextChoices):
    """How one attempt to collect money stands."""

    PENDING = "pending", "pending"
    PROCESSING = "processing", "processing"
    COMPLETED = "completed", "paid"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


OPEN_PAYMENTS = (PaymentStatus.PENDING, PaymentStatus.PROCESSING)


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments, by who may see them and what went back."""

    def visible_to(self, user: Visitor) -> "PaymentQuerySet":
        """Those who take money see all; anybody else, what those pay whom they have access to."""
        if can(user, "payments.take"):
            return self
        return self.filter(order__buyer__in=persons_of(user))

    def that_came(self) -> "PaymentQuerySet":
        """Those whose money came: what was written down by mistake, and taken back, did not."""
        mistakes = Refund.objects.filter(payment=OuterRef("pk")).that_take_back()
        return self.filter(~Exists(mistakes), status=PaymentStatus.COMPLETED)

    def given_back(self) -> "PaymentQuerySet":
        """Those of which all went back, or is on its way."""
        refunds = Refund.objects.filter(payment=OuterRef("pk")).of_money().exclude(status=RefundStatus.FAILED)
        sums = refunds.order_by().values("payment").annotate(sum=Sum("amount"))
        return self.filter(amount__lte=Subquery(sums.values("sum")))


class Payment(Row):
    """One attempt to collect an exact amount of an order, by one provider."""

    class Purpose(models.TextChoices):
        FULL = "full", "full price"
        DEPOSIT = "deposit", "deposit"
        BALANCE = "balance", "balance"
        PART = "part", "part"

    MOVES: ClassVar = {
        "status": StateTable["Payment"](
            PaymentStatus,
            Move({PaymentStatus.PENDING}, PaymentStatus.PROCESSING, by={Actor.PAYMENT_PROVIDER}),
            # Also of one that ended, as far as anybody knew: money that arrives is money.
            Move(
                set(PaymentStatus) - {PaymentStatus.COMPLETED}, PaymentStatus.COMPLETED, by={Actor.PAYMENT_PROVIDER},
            ),
            Move(set(OPEN_PAYMENTS), PaymentStatus.FAILED, by={Actor.PAYMENT_PROVIDER}),
            Move(set(OPEN_PAYMENTS), PaymentStatus.CANCELLED, by={Actor.PAYMENT_PROVIDER}),
            # What the office takes is written down when it is here.
            begins={PaymentStatus.PENDING, PaymentStatus.COMPLETED},
        )
    }  # fmt: skip

    PERSONAL: ClassVar = personal(
        people=["order__buyer"], only=~Q(refunds__provider_reference__startswith=TAKEN_BACK),
        shows=["provider", "purpose", "amount", "currency", "status", "completed_at"],
        provider_response=lambda value: {}, pay_url="", failure_reason="",
    )  # fmt: skip

    order = models.ForeignKey("payments.Order", models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    account = models.CharField(
        max_length=60, blank=True, db_default="", default="", help_text="At the provider, where it was begun"
    )
    purpose = models.CharField(max_length=10, choices=Purpose)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=12, choices=PaymentStatus, default=PaymentStatus.PENDING)
    provider_reference = models.CharField(max_length=255, null=True, blank=True, unique=True)
    provider_transaction_id = models.CharField(max_length=255, blank=True)
    provider_response = models.JSONField(default=dict, blank=True)
    pay_url = models.URLField(max_length=2000, blank=True, help_text="The provider's page where it is paid")
    failure_reason = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(default=now, help_text="When periodic work asks the provider")
    initiated_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_of_something"),
            models.CheckConstraint(
                condition=Q(status=PaymentStatus.COMPLETED, completed_at__isnull=False)
                | (~Q(status=PaymentStatus.COMPLETED) & Q(completed_at=None)),
                name="completed_payments_and_only_they_say_when",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=["pending", "processing"]), name="one_open_payment_per_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"], condition=Q(status__in=["pending", "processing"]), name="payment_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} by {self.provider}"

    @property
    def way(self) -> str:
        """How it came: what its provider is called."""
        return label_of(self.provider)

    @property
    def taken_back(self) -> bool:
        """Whether it was written down by mistake: its money never came."""
        return any(refund.takes_back for refund in self.refunds.all())

    @property
    def refundable(self) -> Decimal:
        """What could still go back."""
        if self.status != PaymentStatus.COMPLETED:
            return Decimal(0)
        back = _sum(self.refunds.exclude(status=RefundStatus.FAILED))
        return self.amount - back - _sum(self.disputes.filter(status__in=WITHHELD))

    @property
    def may_be_refundable(self) -> Decimal:
        """What could still go back once each bank that is deciding has decided for us."""
        return self.refundable + self.disputed

    @property
    def disputed(self) -> Decimal:
        """What banks are deciding about."""
        return _sum(self.disputes.filter(status=DisputeStatus.OPEN))

    @property
    def may_be_given(self) -> Decimal:
        """What banks that are deciding may give the buyer, of what nobody has said yet what becomes of it."""
        open_ = self.disputes.filter(status=DisputeStatus.OPEN)
        return sum((dispute.unspoken_for for dispute in open_), Decimal(0))

    @property
    def owed_back(self) -> Decimal:
        """What was to go back and could not, and is still to go."""
        return _sum(self.refunds.filter(status=RefundStatus.FAILED, dropped_at=None))

    @property
    def promised(self) -> Decimal:
        """What of that is to go whatever a bank decides."""
        return max(Decimal(0), self.owed_back - self.may_be_given)


def _sum(rows: models.QuerySet[Refund] | models.QuerySet[Dispute]) -> Decimal:
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
