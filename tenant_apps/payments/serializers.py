"""What the API says of money."""

from decimal import Decimal

from rest_framework import serializers

from shared_apps.core.strict import ModelSerializer
from tenant_apps.payments.models import Order, OrderStatus, Payment, PaymentStatus, RefundStatus


class OrderSerializer(ModelSerializer):
    """How an order stands. `due` is what is still owed, `deposit` what is enough to confirm."""

    paid = serializers.SerializerMethodField()
    refunded = serializers.SerializerMethodField()
    due = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ["id", "number", "status", "currency", "total", "deposit", "paid", "refunded", "due", "balance_due_at"]
        read_only_fields = fields

    # Sums over prefetched rows: a list of orders asks the database once.
    def get_paid(self, order: Order) -> Decimal:
        return sum((p.amount for p in order.payments.all() if p.status == PaymentStatus.COMPLETED), Decimal(0))

    def get_refunded(self, order: Order) -> Decimal:
        refunds = (refund for payment in order.payments.all() for refund in payment.refunds.all())
        return sum((refund.amount for refund in refunds if refund.status != RefundStatus.FAILED), Decimal(0))

    def get_due(self, order: Order) -> Decimal:
        if order.status == OrderStatus.CANCELLED:
            return Decimal(0)
        return max(Decimal(0), order.total - self.get_paid(order) + self.get_refunded(order))


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
