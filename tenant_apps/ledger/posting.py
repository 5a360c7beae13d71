"""Writing entries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from shared_apps.core.inserts import insert
from shared_apps.core.time import now
from tenant_apps.ledger.models import Account, DocumentKind, Entry


@dataclass(frozen=True)
class Document:
    """What entries are written for: a sale, a payment and so on, by the key of its row; and the order it is about.

    `at` is when it happened, if that is not now.
    """

    kind: DocumentKind
    id: UUID
    order_id: UUID
    currency: str
    at: datetime | None = None


@dataclass(frozen=True)
class Leg:
    """So much (major units) onto an account, or off it where `amount` is negative."""

    account: Account
    amount: Decimal
    holder: str = ""


def entries(document: Document, legs: Iterable[Leg]) -> list[Entry]:
    """The rows of `legs`, not yet written. Legs of nothing have none. Raises `ValueError` if they do not balance."""
    legs = [leg for leg in legs if leg.amount]
    if sum(leg.amount for leg in legs):
        raise ValueError(f"The legs of a {document.kind} do not balance")
    return [
        Entry(
            at=document.at or now(), document_kind=document.kind, document_id=document.id, order_id=document.order_id,
            currency=document.currency, account=leg.account, holder=leg.holder,
            debit=max(leg.amount, Decimal(0)), credit=max(-leg.amount, Decimal(0)),
        )
        for leg in legs
    ]  # fmt: skip


def post(document: Document, legs: Iterable[Leg]) -> None:
    """Bring what is written for `document` to `legs`, by entries for the difference. Done twice, it adds nothing.

    Its order must be locked by the caller.
    """
    missing: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for leg in legs:
        missing[leg.account, leg.holder] += leg.amount
    written = Entry.objects.filter(document_kind=document.kind, document_id=document.id)
    for account, holder, debit, credit in written.values_list("account", "holder", "debit", "credit"):
        missing[account, holder] -= debit - credit
    legs = [Leg(Account(account), amount, holder) for (account, holder), amount in missing.items()]
    insert(entries(document, legs))
