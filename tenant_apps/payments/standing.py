"""How an order stands after money moved."""

from uuid import UUID

from django.db import transaction

from shared_apps.core.states import move
from tenant_apps.ledger.models import Entry
from tenant_apps.payments.books import close_books, post_credit, post_dispute, post_payment, post_refund, post_sale
from tenant_apps.payments.models import Balance, Dispute, Order, OrderStatus, Payment, Refund


def restate(order: Order) -> Balance:
    """Bring the books and the status of a locked order in line with its documents. A cancelled one stays cancelled."""
    balance = close_books(order)
    if order.status != OrderStatus.CANCELLED:
        part = OrderStatus.PART_PAID if balance.held or balance.disputed else OrderStatus.OPEN
        status = part if balance.due else OrderStatus.PAID
        if status != order.status:
            move(order, "status", status, by=None)
    return balance


@transaction.atomic
def write_missing_entries(order_id: UUID) -> int:
    """Post every document of an order again; how many entries were missing. None are, unless another release wrote."""
    order = Order.objects.select_for_update().get(pk=order_id)
    entries = Entry.objects.filter(order_id=order.pk)
    before = entries.count()
    post_sale(order)
    for credit in order.credits.select_related("order"):
        post_credit(credit)
    for payment in Payment.objects.filter(order=order).select_related("order"):
        post_payment(payment)
    for refund in Refund.objects.filter(payment__order=order).select_related("payment__order"):
        post_refund(refund)
    for dispute in Dispute.objects.filter(payment__order=order).select_related("payment__order"):
        post_dispute(dispute)
    restate(order)
    return entries.count() - before
