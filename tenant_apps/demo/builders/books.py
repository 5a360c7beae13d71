"""The ledger of a demo provider, from the rows that tell its stories."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from shared_apps.core.models import know
from tenant_apps.demo.stage import Stage
from tenant_apps.ledger.models import DocumentKind, Entry
from tenant_apps.ledger.posting import Document, entries
from tenant_apps.ledger.selectors import Sums
from tenant_apps.payments.books import closing_entries, legs_of_payment, legs_of_refund, legs_of_sale
from tenant_apps.payments.models import Order, OrderLine, Payment, Refund


def write_books(stage: Stage) -> None:
    """Write what the stories did to money."""
    lines, payments, refunds = (_by_order(stage, model) for model in (OrderLine, Payment, Refund))
    for order in stage.rows.get(Order, []):
        know(order, "lines", lines[order])
        sums, written = Sums(), list(_entries(order, lines[order], payments[order], refunds[order]))
        for entry in written:
            sums.add(entry)
        last = max(entry.at for entry in written)
        written += closing_entries(order, sums, at=max(last, order.fulfilled_at or last))
        stage.rows.setdefault(Entry, []).extend(written)


def _entries(order: Order, lines: list[OrderLine], payments: list[Payment], refunds: list[Refund]) -> Iterator[Entry]:
    def document(kind: DocumentKind, row: Order | Payment | Refund, at: datetime) -> Document:
        return Document(kind, row.pk, order.pk, order.currency, at)

    yield from entries(document(DocumentKind.SALE, order, _made_at(order)), legs_of_sale(lines))
    for payment in payments:
        if payment.completed_at:
            yield from entries(document(DocumentKind.PAYMENT, payment, payment.completed_at), legs_of_payment(payment))
    for refund in refunds:
        if refund.completed_at:
            yield from entries(document(DocumentKind.REFUND, refund, refund.completed_at), legs_of_refund(refund))


def _made_at(order: Order) -> datetime:
    """A key of the demo says when its row was made: in its first 48 bits, in milliseconds."""
    return datetime.fromtimestamp((order.pk.int >> 80) / 1000, UTC)


def _by_order(stage: Stage, model: type[Any]) -> defaultdict[Order, list[Any]]:
    rows: defaultdict[Order, list[Any]] = defaultdict(list)
    for row in stage.rows.get(model, []):
        rows[row.payment.order if model is Refund else row.order].append(row)
    return rows
