"""How the money of an order is shared by what is on it."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from uuid import UUID

from django.db.models import Case, Exists, Expression, F, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce, NullIf, Round

from shared_apps.core.money import decimals, divide
from shared_apps.tenants.context import current_tenant
from tenant_apps.payments.lines import BESIDE, KEPT, NOT_TAKEN_OFF
from tenant_apps.payments.models import Balance, Dispute, Order, OrderLine
from tenant_apps.payments.models.balances import AMOUNT
from tenant_apps.payments.selectors import promised_back

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Part:
    """What one thing has of its order's money, in major units: its price, credits taken off, and what of it is paid."""

    price: Decimal = NOTHING
    owed: Decimal = NOTHING
    paid: Decimal = NOTHING


def has_several(order: Order) -> bool:
    """Whether more than one thing is on it, or was."""
    return order.lines.order_by().values("item_id").distinct().count() > 1


@dataclass(frozen=True)
class Parts:
    """What an order holds: for each thing that stands on it, by its id, and beside that.

    `kept` is of things that were called off, `settled` is owed to nobody any more, `promised` was to go back and could
    not, `beyond` is more than all of it costs.
    """

    of: dict[UUID | None, Part]  # None: of a former release, which does not say what it sold
    kept: Decimal
    settled: Decimal
    promised: Decimal
    beyond: Decimal

    def stands_alone(self, item_id: UUID) -> bool:
        """Whether nothing else stands on the order, so that it ends with this."""
        return all(other in (item_id, None) for other in self.of)

    def part(self, item_id: UUID) -> Part:
        """What this thing has; nothing, once it was called off."""
        return self.of.get(item_id) or self.of.get(None) or Part()


def parts_of(order: Order, balance: Balance | None = None, *, won: Collection[Dispute] = ()) -> Parts:
    """How the money of `order` is shared by what stands on it: each thing has as much of it as of the price.

    `balance` and `won`: as if it stood so, and these disputes were decided for us.
    """
    balance = balance or order.balance
    prices: dict[UUID | None, Decimal] = {}
    kept = not_taken_off = NOTHING
    for line in order.lines.standing().order_by("pk"):
        if line.item_type == KEPT:
            kept += line.amount
        elif line.item_type == NOT_TAKEN_OFF:
            not_taken_off += line.amount
        else:
            prices[line.item_id] = prices.get(line.item_id, NOTHING) + line.amount
    held = max(NOTHING, balance.held)  # a bank may have taken back more than was left
    promised = min(held - balance.settled, promised_back(order, won=won))
    rest = held - balance.settled - promised
    beyond = max(NOTHING, rest - balance.owed)
    kept = min(kept, rest - beyond)
    credited = min(balance.credited - not_taken_off, sum(prices.values(), NOTHING))
    prices = dict(sorted(prices.items(), key=lambda one: str(one[0])))
    off = divide(credited, list(prices.values()), order.currency)
    owed = [price - less for price, less in zip(prices.values(), off, strict=True)]
    paid = divide(rest - beyond - kept, owed, order.currency)
    of = {item: Part(prices[item], owed[n], paid[n]) for n, item in enumerate(prices)}
    return Parts(of, kept, balance.settled, promised, beyond)


def sold_for(order: Order) -> dict[UUID, Decimal]:
    """What each thing that is or was on `order` cost when it was last asked for, by its id."""
    lines: dict[UUID, list[OrderLine]] = {}
    for line in order.lines.exclude(item_type__in=BESIDE).order_by("pk"):
        if line.item_id:
            lines.setdefault(line.item_id, []).append(line)
    return {item: _last_price(rows) for item, rows in lines.items()}


def _last_price(lines: list[OrderLine]) -> Decimal:
    undone = {line.undoes_id for line in lines}
    if standing := [line for line in lines if line.undoes_id is None and line.pk not in undone]:
        return sum((line.amount for line in standing), NOTHING)
    return -sum((line.amount for line in takewhile(lambda line: line.undoes_id, reversed(lines))), NOTHING)


def part_in_sql(amount: Expression | F, *, item: str, order: str) -> Case:
    """Of an `amount` of the order in the column `order`, what is of the thing in the column `item`, by their prices."""
    standing = OrderLine.objects.filter(undoes=None, undone_by=None, order=OuterRef(order))
    standing = standing.exclude(item_type__in=BESIDE).order_by()

    def price(**which: OuterRef) -> Coalesce:
        sums = standing.filter(**which).values("order").annotate(sum=Sum("amount")).values("sum")
        return Coalesce(Subquery(sums), NOTHING)

    def upto(**which: OuterRef) -> Coalesce:
        places = decimals(current_tenant().currency)
        return Coalesce(Round(amount * price(**which) / NullIf(price(), NOTHING), precision=places), NOTHING)

    # As `divide` does, in the order of their keys: so the parts add up.
    part = upto(item_id__lte=OuterRef(item)) - upto(item_id__lt=OuterRef(item))
    others = Exists(standing.exclude(item_id=OuterRef(item)).exclude(item_id=None))
    return Case(When(others, then=part), default=amount, output_field=AMOUNT)
