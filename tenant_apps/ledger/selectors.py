"""Sums of entries."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from tenant_apps.ledger.models import Account, DocumentKind, Entry

AMOUNT = DecimalField(max_digits=14, decimal_places=3)
NOTHING = Decimal(0)
MOVED = F("debit") - F("credit")


class Sums(dict[tuple[DocumentKind, Account], Decimal]):
    """How much each kind of document has moved onto each account (negative: off it), for one order, in major units."""

    def __missing__(self, key: tuple[DocumentKind, Account]) -> Decimal:
        return NOTHING

    def add(self, entry: Entry) -> None:
        """Count an entry that is about to be written."""
        key = DocumentKind(entry.document_kind), Account(entry.account)
        self[key] = self[key] + entry.debit - entry.credit

    def on(self, account: Account) -> Decimal:
        """The balance of `account`, whatever moved it."""
        return sum((amount for (_kind, of), amount in self.items() if of == account), NOTHING)


def sums_of(order_id: UUID) -> Sums:
    """The sums of one order; asks the database once."""
    return sums_by_order([order_id])[order_id]


def sums_by_order(order_ids: Iterable[UUID]) -> dict[UUID, Sums]:
    """The sums of each of `order_ids`; asks the database once."""
    found = {pk: Sums() for pk in order_ids}
    rows = Entry.objects.filter(order_id__in=found).values_list("order_id", "document_kind", "account").order_by()
    for order_id, kind, account, amount in rows.annotate(amount=Sum(MOVED)):
        found[order_id][DocumentKind(kind), Account(account)] = amount
    return found


def moved(order: str, *accounts: Account, kinds: Iterable[DocumentKind] = ()) -> Coalesce:
    """In SQL: what stands on `accounts` for the order whose key is in the column `order`, as `kinds` moved it (all)."""
    rows = Entry.objects.filter(Q(document_kind__in=kinds) if kinds else Q(), order_id=OuterRef(order))
    sums = rows.filter(account__in=accounts).order_by().values("order_id").annotate(sum=Sum(MOVED)).values("sum")
    return Coalesce(Subquery(sums), Value(NOTHING), output_field=AMOUNT)
