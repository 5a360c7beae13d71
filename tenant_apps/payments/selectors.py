"""What is asked of an order's money."""

from decimal import Decimal

from django.db.models import Min, QuerySet, Sum

from tenant_apps.payments.models import Order, Refund, RefundStatus


def failed_refunds(order: Order) -> QuerySet[Refund]:
    """Money of an order that could not be sent back and that nobody has looked after yet, the oldest first."""
    failed = Refund.objects.filter(payment__order=order, status=RefundStatus.FAILED, dropped_at=None)
    return failed.select_related("payment").order_by("created_at")


def settled_otherwise(order: Order) -> Decimal:
    """How much of what an order holds need not be sent back any more, because the office said so.

    What it sent all the same later does not count.
    """
    refunds = Refund.objects.filter(payment__order=order)
    dropped = refunds.filter(status=RefundStatus.FAILED, dropped_at__isnull=False)
    said = dropped.aggregate(sum=Sum("amount"), since=Min("dropped_at"))
    if said["since"] is None:
        return Decimal(0)
    later = refunds.exclude(status=RefundStatus.FAILED).filter(created_at__gt=said["since"])
    return max(Decimal(0), said["sum"] - (later.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)))


def still_to_give_back(order: Order) -> Decimal:
    """What would have to go back if everything did: all that is here, but for what the office settled otherwise."""
    return max(Decimal(0), order.held - settled_otherwise(order))
