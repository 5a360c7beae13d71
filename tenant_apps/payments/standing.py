"""How an order stands after money moved."""

from uuid import UUID

from django.db import connection, transaction

from shared_apps.core.hooks import Hook
from shared_apps.core.states import move
from tenant_apps.ledger.models import Entry
from tenant_apps.payments.books import close_books, post_credit, post_dispute, post_payment, post_refund, post_sale
from tenant_apps.payments.models import Balance, Dispute, Order, OrderStatus, Payment, Refund
from tenant_apps.payments.models.refunds import TAKEN_BACK


def restate(order: Order) -> Balance:
    """Bring the books and the status of a locked order in line with its documents. A cancelled one stays cancelled."""
    balance = close_books(order)
    if order.status != OrderStatus.CANCELLED:
        part = OrderStatus.PART_PAID if balance.held or balance.disputed else OrderStatus.OPEN
        status = part if balance.due else OrderStatus.PAID
        if status != order.status:
            move(order, "status", status, by=None)
    return balance


books_checked = Hook()  # for whoever knows which orders have lapsed or were delivered, where a former release did it

# Orders with a document that the ledger does not know as it is now: the former release writes no entries.
UNKNOWN = """
SELECT o.id FROM payments_order o WHERE {which} AND (
    o.total <> (
        SELECT coalesce(sum(debit - credit), 0) FROM ledger_entry
        WHERE document_id = o.id AND document_kind = 'sale' AND account = 'buyer'
    )
    OR EXISTS (
        SELECT FROM payments_payment payment WHERE payment.order_id = o.id AND payment.status = 'completed'
        AND NOT EXISTS (SELECT FROM ledger_entry WHERE document_id = payment.id)
    )
    OR EXISTS (
        SELECT FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
        WHERE payment.order_id = o.id AND CASE WHEN refund.status = 'failed' THEN 0 ELSE refund.amount END <> (
            SELECT coalesce(sum(debit - credit), 0) FROM ledger_entry
            WHERE document_id = refund.id AND account = 'buyer'
        )
    )
    OR EXISTS (
        SELECT FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
        WHERE payment.order_id = o.id AND starts_with(refund.provider_reference, '{taken_back}') AND 0 <> (
            SELECT coalesce(sum(debit - credit), 0) FROM ledger_entry
            WHERE document_id = refund.id AND document_kind = 'refund' AND account = 'buyer'
        )
    )
    OR EXISTS (
        SELECT FROM payments_credit credited WHERE credited.order_id = o.id
        AND NOT EXISTS (SELECT FROM ledger_entry WHERE document_id = credited.id)
    )
    OR EXISTS (
        SELECT FROM payments_dispute dispute JOIN payments_payment payment ON payment.id = dispute.payment_id
        WHERE payment.order_id = o.id AND CASE WHEN dispute.status = 'lost' THEN dispute.amount ELSE 0 END <> (
            SELECT coalesce(sum(debit - credit), 0) FROM ledger_entry
            WHERE document_id = dispute.id AND account = 'buyer'
        )
    )
) ORDER BY o.id
"""


def lock_order(order_id: UUID) -> Order:
    """The order, locked until the transaction ends, with books that know all its documents.

    Whoever decides about money begins here: what the former release wrote meanwhile is written into the ledger first.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if orders_with_unknown_documents(order_id):
        write_missing_entries(order_id)
        order.refresh_from_db()
    return order


def orders_with_unknown_documents(order_id: UUID | None = None) -> list[UUID]:
    """The orders of which the ledger lacks something: of all, or whether that one is."""
    which = "true" if order_id is None else "o.id = %s"
    with connection.cursor() as cursor:
        cursor.execute(UNKNOWN.format(which=which, taken_back=TAKEN_BACK), None if order_id is None else [order_id])
        return [pk for (pk,) in cursor.fetchall()]


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


def write_books(refund: Refund) -> None:
    """Bring the ledger, and how its order stands, in line with a locked refund."""
    post_refund(refund)
    restate(refund.payment.order)


def lock_refund(refund: Refund) -> tuple[Payment, Refund]:
    """The refund with its order and payment, all locked, in the order in which everybody locks them."""
    payment = Payment.objects.get(pk=refund.payment_id)
    order = lock_order(payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    payment.order, refund.payment = order, payment
    return payment, refund
