"""What the API says of money."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from shared_apps.core.strict import ModelSerializer
from tenant_apps.payments.models import Order, Payment, PaymentStatus
from tenant_apps.payments.models.balances import balance_of_rows


class OrderSerializer(ModelSerializer):
    """How an order stands. `due` is what is still owed, `deposit` what is enough to confirm.

    `credited` was taken off the total; `disputed` is with the buyer's bank, or was given back by it.
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

    # Sums over prefetched rows: a list of orders asks the database once.
    def to_representation(self, order: Order) -> dict[str, Any]:
        self._balance = balance_of_rows(order)
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
    """One attempt to collect an amount. It is paid at `payUrl` while it is open."""

    order_id = serializers.UUIDField(read_only=True)
    order_number = serializers.CharField(source="order.number", read_only=True)
    pay_url = serializers.SerializerMethodField()

    class Meta:
        model = Payment
        fields = [
            "id", "order_id", "order_number", "provider", "purpose", "amount", "currency", "status",
            "provider_reference", "pay_url", "failure_reason", "expires_at", "initiated_at", "completed_at",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_pay_url(self, payment: Payment) -> str | None:
        open_now = payment.status in (PaymentStatus.PENDING, PaymentStatus.PROCESSING)
        return (payment.pay_url or None) if open_now else None
