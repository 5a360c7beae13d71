"""What each document of an order writes into the ledger. The order is locked by whoever calls this, or is new.

A sale, a credit, a payment, a refund and a dispute say by their own row what stands in the ledger for them; posted
again they add only what is missing. What follows from all of them together is written by `close_books`.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from shared_apps.core.inserts import insert
from tenant_apps.ledger.models import Account, DocumentKind, Entry
from tenant_apps.ledger.posting import Document, Leg, entries, post
from tenant_apps.ledger.selectors import Sums, sums_of
from tenant_apps.payments.models import (
    Balance,
    Credit,
    Dispute,
    DisputeStatus,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from tenant_apps.payments.selectors import failed_refunds, settled_otherwise
from tenant_apps.payments.tax import vat_of_credit

NOTHING = Decimal(0)


def legs_of_sale(lines: Iterable[OrderLine]) -> list[Leg]:
    """The buyer owes the gross; we owe the course, and the VAT to the state."""
    lines = list(lines)
    gross, vat = sum((line.amount for line in lines), NOTHING), sum((line.vat for line in lines), NOTHING)
    return [Leg(Account.BUYER, gross), Leg(Account.DEFERRED_INCOME, vat - gross), Leg(Account.VAT, -vat)]


def legs_of_credit(credit: Credit) -> list[Leg]:
    """So much of the price is not owed, nor the VAT in it."""
    return [
        Leg(Account.BUYER, -credit.amount),
        Leg(Account.DEFERRED_INCOME, credit.amount - credit.vat),
        Leg(Account.VAT, credit.vat),
    ]


def legs_of_payment(payment: Payment) -> list[Leg]:
    """Money is with the provider, and no longer owed. Before it arrived it is nothing."""
    if payment.status != PaymentStatus.COMPLETED:
        return []
    return [Leg(Account.PROVIDER, payment.amount, payment.provider), Leg(Account.BUYER, -payment.amount)]


def legs_of_refund(refund: Refund) -> list[Leg]:
    """From the moment it is asked for the money is the buyer's; the provider has it until it was sent."""
    if refund.status == RefundStatus.FAILED:
        return []
    sent = refund.status == RefundStatus.COMPLETED
    where = Account.PROVIDER if sent else Account.PAYABLE
    return [Leg(Account.BUYER, refund.amount), Leg(where, -refund.amount, refund.sent_from)]


def legs_of_dispute(dispute: Dispute) -> list[Leg]:
    """The bank has the money while it decides; then the buyer has it, or the provider again."""
    out = Leg(Account.PROVIDER, -dispute.amount, dispute.payment.provider)
    if dispute.status == DisputeStatus.OPEN:
        return [out, Leg(Account.DISPUTED, dispute.amount)]
    if dispute.status == DisputeStatus.LOST:
        return [out, Leg(Account.BUYER, dispute.amount)]
    return []


def entries_of_new_sale(order: Order, lines: Iterable[OrderLine]) -> list[Entry]:
    """What `order`, which is new, was sold for; not yet written."""
    return entries(_document(DocumentKind.SALE, order, order), legs_of_sale(lines))


def post_sale(order: Order) -> None:
    """Bring what is written of `order` in line with its lines."""
    post(_document(DocumentKind.SALE, order, order), legs_of_sale(order.lines.all()))


def post_credit(credit: Credit) -> None:
    """Write what was taken off the price."""
    post(_document(DocumentKind.CREDIT, credit, credit.order), legs_of_credit(credit))


def post_payment(payment: Payment) -> None:
    """Write that a payment arrived."""
    post(_document(DocumentKind.PAYMENT, payment, payment.order), legs_of_payment(payment))


def post_refund(refund: Refund) -> None:
    """Bring what is written of a refund in line with how it stands.

    One that takes back a mistake says of what was paid that it was not: nothing was paid, and nothing sent back.
    """
    order, legs = refund.payment.order, legs_of_refund(refund)
    if refund.takes_back:
        post(_document(DocumentKind.PAYMENT, refund, order), legs)
        legs = []  # of what was written as sent back before this was so
    post(_document(DocumentKind.REFUND, refund, order), legs)


def post_dispute(dispute: Dispute) -> None:
    """Bring what is written of a dispute in line with how it stands."""
    post(_document(DocumentKind.DISPUTE, dispute, dispute.payment.order), legs_of_dispute(dispute))


def close_books(order: Order) -> Balance:
    """Write what follows from all documents of an order together, see `closing_entries`; how it stands then."""
    sums = sums_of(order.pk)
    settled = failed = NOTHING
    if (DocumentKind.REFUND, Account.BUYER) in sums:
        settled = settled_otherwise(order)
        failed = sum((refund.amount for refund in failed_refunds(order)), NOTHING)
    if closing := closing_entries(order, sums, settled=settled, failed=failed):
        insert(closing)
    return Balance.of(order, sums)


def closing_entries(
    order: Order, sums: Sums, *, settled: Decimal = NOTHING, failed: Decimal = NOTHING, at: datetime | None = None
) -> list[Entry]:
    """What is still to be written for an order whose entries add up to `sums`; they are added there.

    What was to go back and was `settled` another way is kept. Of an order that lapsed nothing is owed. One that is
    cancelled owes nothing either, and its buyer is owed what `failed` to go back; what is here beyond that is kept.
    What was sold is earned once it was delivered or cancelled.
    """
    closing: list[Entry] = []

    def write(kind: DocumentKind, *legs: Leg) -> None:
        for entry in entries(Document(kind, order.pk, order.pk, order.currency, at), legs):
            sums.add(entry)
            closing.append(entry)

    held = sums.on(Account.PROVIDER) + sums.on(Account.PAYABLE)
    more = min(settled, max(NOTHING, held)) - sums[DocumentKind.SETTLING, Account.BUYER]
    write(DocumentKind.SETTLING, Leg(Account.BUYER, more), Leg(Account.SETTLED, -more))
    ended = _to_end(order, sums, failed)
    vat = -sums.on(Account.VAT) - _vat_left(order, sums, ended)
    write(
        DocumentKind.ENDING,
        Leg(Account.BUYER, -ended), Leg(Account.DEFERRED_INCOME, ended - vat), Leg(Account.VAT, vat),
    )  # fmt: skip
    if order.fulfilled_at or order.status == OrderStatus.CANCELLED:
        earned = -sums.on(Account.DEFERRED_INCOME)
        write(DocumentKind.EARNING, Leg(Account.DEFERRED_INCOME, earned), Leg(Account.INCOME, -earned))
    return closing


def _price(sums: Sums) -> Decimal:
    return sums[DocumentKind.SALE, Account.BUYER] + sums[DocumentKind.CREDIT, Account.BUYER]


def _to_end(order: Order, sums: Sums, failed: Decimal) -> Decimal:
    """How much more is not owed any longer; where it is negative, that is owed after all.

    Of a hold that got smaller more may have been taken off than it costs: nobody owes the difference.
    """
    if order.status == OrderStatus.CANCELLED:
        return sums.on(Account.BUYER) + failed
    price = _price(sums)
    return (price if order.lapsed_at else min(NOTHING, price)) + sums[DocumentKind.ENDING, Account.BUYER]


def _vat_left(order: Order, sums: Sums, ended: Decimal) -> Decimal:
    """The VAT in what the order earns once `ended` is not owed: all of it, or the share of each line."""
    price = _price(sums)
    earns = price + sums[DocumentKind.ENDING, Account.BUYER] - ended
    if earns <= 0:
        return NOTHING
    most = max(NOTHING, -sums[DocumentKind.SALE, Account.VAT] - sums[DocumentKind.CREDIT, Account.VAT])
    return most if earns >= price else min(most, vat_of_credit(order, earns))


def _document(kind: DocumentKind, row: Order | Credit | Payment | Refund | Dispute, order: Order) -> Document:
    return Document(kind, row.pk, order.pk, order.currency)
