"""Money: what is owed, each attempt to collect it, and what went back. Payments never knows what was sold."""

from tenant_apps.payments.models.balances import Balance
from tenant_apps.payments.models.credits import Credit
from tenant_apps.payments.models.disputes import WITHHELD, Dispute, DisputedPart, DisputeStatus
from tenant_apps.payments.models.inbox import ProviderEvent, ProviderEventStatus
from tenant_apps.payments.models.orders import Order, OrderLine, OrderStatus
from tenant_apps.payments.models.payments import OPEN_PAYMENTS, Payment, PaymentQuerySet, PaymentStatus
from tenant_apps.payments.models.refunds import Refund, RefundStatus
from tenant_apps.payments.models.settings import PaymentSettings

__all__ = [
    "OPEN_PAYMENTS", "WITHHELD", "Balance", "Credit", "Dispute", "DisputeStatus", "DisputedPart", "Order", "OrderLine",
    "OrderStatus", "Payment", "PaymentQuerySet", "PaymentSettings", "PaymentStatus", "ProviderEvent",
    "ProviderEventStatus", "Refund", "RefundStatus",
]  # fmt: skip
