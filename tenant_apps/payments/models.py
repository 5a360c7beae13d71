"""Money: what is owed, each attempt to collect it, and what went back. Payments never knows what was sold."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q, Sum

from shared_apps.core.access import can
from shared_apps.core.ids import reference
from shared_apps.core.models import Row
from shared_apps.core.time import now


class OrderStatus(models.TextChoices):
    OPEN = "open", "open"
    PART_PAID = "part_paid", "part paid"
    PAID = "paid", "paid"
    CANCELLED = "cancelled", "cancelled"


class Order(Row):
    """What one person owes for whatever was sold. What it holds is derived from its payments and refunds."""

    MOVES = {
        OrderStatus.OPEN: {OrderStatus.PART_PAID, OrderStatus.PAID, OrderStatus.CANCELLED},
        OrderStatus.PART_PAID: {OrderStatus.PAID, OrderStatus.CANCELLED},
        OrderStatus.PAID: {OrderStatus.CANCELLED},
        OrderStatus.CANCELLED: set(),
    }

    number = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    buyer = models.ForeignKey("people.Person", models.PROTECT, related_name="orders")
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    deposit = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="Paying this much confirms; None: only all"
    )
    balance_due_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_is_not_negative"),
            models.CheckConstraint(
                condition=Q(deposit=None) | Q(deposit__gt=0, deposit__lt=F("total")),
                name="deposit_is_part_of_the_total",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def paid(self) -> Decimal:
        """Money that arrived, refunds not taken off."""
        return self._sum(self.payments.filter(status=PaymentStatus.COMPLETED))

    @property
    def refunded(self) -> Decimal:
        """Money that went back or is on its way."""
        return self._sum(Refund.objects.filter(payment__order=self).exclude(status=RefundStatus.FAILED))

    @property
    def held(self) -> Decimal:
        """Money that is here."""
        return self.paid - self.refunded

    @property
    def due(self) -> Decimal:
        """What is still owed; nothing once cancelled."""
        if self.status == OrderStatus.CANCELLED:
            return Decimal(0)
        return max(Decimal(0), self.total - self.held)

    @staticmethod
    def _sum(rows: Any) -> Decimal:
        return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


class OrderLine(Row):
    """One thing on an order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    description = models.CharField(max_length=250)
    quantity = models.PositiveSmallIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2, help_text="VAT included")
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("quantity") * F("unit_price")), name="line_amount_is_its_product"
            )
        ]


class PaymentStatus(models.TextChoices):
    PENDING = "pending", "pending"
    PROCESSING = "processing", "processing"
    COMPLETED = "completed", "paid"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


OPEN_PAYMENTS = (PaymentStatus.PENDING, PaymentStatus.PROCESSING)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: Any) -> "PaymentQuerySet":
        """Those who take money see all; anybody else, what they pay themselves."""
        if can(user, "payments.take"):
            return self
        return self.filter(order__buyer__user_id=user.pk) if user.is_authenticated else self.none()


class Payment(Row):
    """One attempt to collect an exact amount of an order, by one provider."""

    class Purpose(models.TextChoices):
        FULL = "full", "full price"
        DEPOSIT = "deposit", "deposit"
        BALANCE = "balance", "balance"

    MOVES = {
        PaymentStatus.PENDING: {
            PaymentStatus.PROCESSING, PaymentStatus.COMPLETED, PaymentStatus.FAILED, PaymentStatus.CANCELLED,
        },
        PaymentStatus.PROCESSING: {PaymentStatus.COMPLETED, PaymentStatus.FAILED, PaymentStatus.CANCELLED},
        PaymentStatus.COMPLETED: set(),
        # Ended, as far as anybody knew; but money that arrives is money.
        PaymentStatus.FAILED: {PaymentStatus.COMPLETED},
        PaymentStatus.CANCELLED: {PaymentStatus.COMPLETED},
    }  # fmt: skip

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
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
    next_check_at = models.DateTimeField(default=now, help_text="When the sweep asks the provider")
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
    def refundable(self) -> Decimal:
        """What could still go back."""
        if self.status != PaymentStatus.COMPLETED:
            return Decimal(0)
        return self.amount - Order._sum(self.refunds.exclude(status=RefundStatus.FAILED))


class RefundStatus(models.TextChoices):
    PENDING = "pending", "on its way"
    COMPLETED = "completed", "refunded"
    FAILED = "failed", "failed"


class Refund(Row):
    """Money going back through the provider that took it. The row is the intent; a task carries it out.

    A bank may send the money back days after the provider said that all went well. Then the refund
    failed, the money is here again, and the office says what to do: try again, or send it another way.
    """

    MOVES = {
        RefundStatus.PENDING: {RefundStatus.COMPLETED, RefundStatus.FAILED},
        RefundStatus.COMPLETED: {RefundStatus.FAILED},
        RefundStatus.FAILED: {RefundStatus.PENDING, RefundStatus.COMPLETED},
    }

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=RefundStatus, default=RefundStatus.PENDING)
    provider_reference = models.CharField(max_length=255, null=True, blank=True, unique=True)
    failure_reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often the provider was told")
    retries = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often the office asked to try again"
    )
    next_try_at = models.DateTimeField(
        default=now, null=True, help_text="When the sweep sends it, or asks what became of it; None: no more"
    )
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
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
    def key(self) -> str:
        """What the provider knows this try by: told twice, it sends the money once."""
        return f"{self.pk}-{self.retries}" if self.retries else str(self.pk)


class ProviderEventStatus(models.TextChoices):
    RECEIVED = "received", "received"
    PROCESSED = "processed", "processed"
    FAILED = "failed", "failed"


class ProviderEvent(Row):
    """The inbox of webhooks: each verified event once, first stored, then processed."""

    MOVES = {
        ProviderEventStatus.RECEIVED: {ProviderEventStatus.PROCESSED, ProviderEventStatus.FAILED},
        ProviderEventStatus.FAILED: {ProviderEventStatus.RECEIVED, ProviderEventStatus.PROCESSED},
        ProviderEventStatus.PROCESSED: set(),
    }

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    status = models.CharField(max_length=10, choices=ProviderEventStatus, default=ProviderEventStatus.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    processed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="a_provider_event_is_stored_once")]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(status="received"), name="provider_event_due")]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"
