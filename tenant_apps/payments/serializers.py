"""What the API says of money."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shared_apps.api.aliases import Alias
from shared_apps.api.strict import ModelSerializer, Serializer
from shared_apps.core.payable import validate_payable
from shared_apps.core.types import JsonObject
from tenant_apps.payments.models import Balance, Order, Payment, PaymentStatus, Refund, RefundStatus
from tenant_apps.payments.models.balances import NOTHING
from tenant_apps.payments.providers import provider_for


class OrderSerializer(ModelSerializer):
    """How an order stands. `due` is what is still owed, `deposit` what is enough to confirm.

    `refunded` went back or is on its way; `credited` was taken off the total; `disputed` is with the buyer's bank,
    or was given back by it.
    """

    paid = serializers.SerializerMethodField()
    refunded = serializers.SerializerMethodField()
    credited = serializers.SerializerMethodField()
    disputed = serializers.SerializerMethodField()
    due = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            "id", "number", "status", "currency", "total", "deposit", "paid", "refunded", "credited", "disputed", "due",
            "balance_due_at",
        ]  # fmt: skip
        read_only_fields = fields

    def __init__(
        self, instance: Order | None = None, *, balances: Mapping[Order, Balance] | None = None, **options: Any
    ):
        super().__init__(instance, **options)
        self._balances = balances or {}

    def to_representation(self, order: Order) -> JsonObject:
        self._balance = self._balances.get(order) or order.balance
        return super().to_representation(order)

    def get_paid(self, order: Order) -> Decimal:
        return self._balance.paid

    def get_refunded(self, order: Order) -> Decimal:
        return self._balance.refunded

    def get_credited(self, order: Order) -> Decimal:
        return self._balance.credited

    def get_disputed(self, order: Order) -> Decimal:
        return self._balance.disputed + self._balance.lost

    def get_due(self, order: Order) -> Decimal:
        return self._balance.due


class PaymentSerializer(ModelSerializer):
    """One attempt to collect an amount. It is paid at `payUrl` while it is open. `refunded` went back or is on its way.

    `takenBack`: it was written down by mistake, and counts nowhere.
    `reference` is what the office wrote down with cash or a transfer, or the provider's own; null where there is none.
    """

    order_id = serializers.UUIDField(read_only=True)
    order_number = serializers.CharField(source="order.number", read_only=True)
    reference = serializers.SerializerMethodField()
    taken_back = serializers.BooleanField(read_only=True)
    refunded = serializers.SerializerMethodField()
    pay_url = serializers.SerializerMethodField()
    stripe_payment_intent_id = serializers.SerializerMethodField()
    booking_id = serializers.SerializerMethodField(help_text="What it pays for, if that is a booking")
    metadata = serializers.SerializerMethodField(help_text="What is said of it elsewhere in this answer, as one object")
    aliases = {"payment_method": Alias("provider"), "paid_at": Alias("completed_at")}

    class Meta:
        model = Payment
        fields = [
            "id", "order_id", "order_number", "booking_id", "provider", "purpose", "amount", "refunded", "currency",
            "status", "reference", "provider_reference", "stripe_payment_intent_id",
            "pay_url", "failure_reason", "expires_at", "initiated_at", "completed_at",
            "created_at", "taken_back", "metadata",
        ]  # fmt: skip
        read_only_fields = fields

    def get_booking_id(self, payment: Payment) -> UUID | None:
        return next((booking.pk for booking in payment.order.bookings.all()), None)

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_metadata(self, payment: Payment) -> dict[str, str]:
        reference = self.get_reference(payment)
        about = {"orderNumber": payment.order.number, "purpose": payment.purpose}
        return {**about, "reference": reference} if reference else about

    def get_reference(self, payment: Payment) -> str | None:
        by_hand = provider_for(payment.provider).manual
        return (payment.provider_transaction_id if by_hand else payment.provider_reference) or None

    def get_refunded(self, payment: Payment) -> Decimal:
        sent = [row for row in payment.refunds.all() if row.status != RefundStatus.FAILED]
        return sum((row.amount for row in sent if not row.takes_back), NOTHING)

    def get_stripe_payment_intent_id(self, payment: Payment) -> str | None:
        return (payment.provider_transaction_id or None) if payment.provider == "stripe" else None

    def get_pay_url(self, payment: Payment) -> str | None:
        open_now = payment.status in (PaymentStatus.PENDING, PaymentStatus.PROCESSING)
        return (payment.pay_url or None) if open_now else None


class RefundSerializer(ModelSerializer):
    """Money going back. By hand it is `pending` until somebody says how it was sent.

    `takenBack`: no money went anywhere; it takes back a payment that was written down by mistake.
    """

    payment_id = serializers.UUIDField(read_only=True)
    taken_back = serializers.BooleanField(source="takes_back", read_only=True)

    class Meta:
        model = Refund
        fields = [
            "id", "payment_id", "amount", "reason", "status", "failure_reason", "completed_at", "created_at",
            "taken_back",
        ]  # fmt: skip
        read_only_fields = fields


class NewRefund(Serializer):
    """How much goes back, and why: the customer reads it."""

    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), validators=[validate_payable]
    )
    reason = serializers.CharField(max_length=300)
