"""An order of several things: what each of them has of its money, adding one, and calling one of them off."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, Expression, F, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce, NullIf, Round
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.money import decimals, divide
from shared_apps.tenants.context import current_tenant
from tenant_apps.payments.books import post_sale
from tenant_apps.payments.errors import PaymentUnderWay, RefundTooHigh
from tenant_apps.payments.lines import BESIDE, KEPT, NOT_TAKEN_OFF, Line, add_lines, resize_order, undo_line
from tenant_apps.payments.models import OPEN_PAYMENTS, Balance, Order, OrderLine, PaymentStatus, Refund, RefundStatus
from tenant_apps.payments.models.balances import AMOUNT
from tenant_apps.payments.orders import cancel_order, lapse_order
from tenant_apps.payments.refunds import send_back
from tenant_apps.payments.selectors import promised_back
from tenant_apps.payments.services import close_payments
from tenant_apps.payments.standing import lock_order, restate

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


def parts_of(order: Order, balance: Balance | None = None) -> Parts:
    """How the money of `order` is shared by what stands on it: each thing has as much of it as of the price."""
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
    promised = min(held - balance.settled, promised_back(order))
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


def settled_of_item(order: Order, item_id: UUID) -> Decimal:
    """Of a thing that was called off beside others: what was kept of it, and what went back."""
    kept = order.lines.standing().filter(item_type=KEPT, item_id=item_id).aggregate(sum=Sum("amount"))["sum"]
    went = Refund.objects.filter(payment__order=order, item_id=item_id).exclude(status=RefundStatus.FAILED)
    return (kept or NOTHING) + (went.aggregate(sum=Sum("amount"))["sum"] or NOTHING)


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


@transaction.atomic(savepoint=False)
def add_to_order(order: Order, *, lines: Sequence[Line]) -> Order:
    """One more thing on an order that nobody has begun to pay. Raises `PaymentUnderWay`.

    Several things are paid in full: each would have a deposit and a date of its own.
    """
    order = lock_order(order.pk)
    if order.payments.filter(status__in=[*OPEN_PAYMENTS, PaymentStatus.COMPLETED]).exists():
        raise PaymentUnderWay
    more = sum((line.unit_price * line.quantity for line in lines), NOTHING)
    order.deposit = order.balance_due_at = None
    order.total += more
    order.save(update_fields=["total", "deposit", "balance_due_at"])
    add_lines(order, lines)
    post_sale(order)
    restate(order)
    return order


@transaction.atomic
def cancel_item(
    order: Order, item_id: UUID, *, refund: Decimal, reason: str, by: User | None, bank_details: str = ""
) -> list[Refund]:
    """Call one thing on an order off and send `refund` of what is paid for it back; the order ends with the last one.

    What else was paid for it stays here, as a line of its own. Raises `RefundTooHigh`.
    """
    order = lock_order(order.pk)
    parts = parts_of(order)
    if parts.stands_alone(item_id):
        last = item_id if has_several(order) else None
        return cancel_order(order, refund=refund, reason=reason, by=by, bank_details=bank_details, item_id=last)
    part = parts.part(item_id)
    if refund > part.paid:
        raise RefundTooHigh
    _take_off(order, item_id, part, kept=part.paid - refund)
    refunds = send_back(order, amount=refund, reason=reason, by=by, bank_details=bank_details, item_id=item_id)
    restate(order)
    close_payments.delay_on_commit(str(order.pk))
    return refunds


@transaction.atomic
def let_lapse(order_id: UUID, items: Sequence[UUID]) -> None:
    """Things on an order were let go unpaid: the order lapses, or what else stands on it is owed without them."""
    order = lock_order(order_id)
    parts = parts_of(order)
    if all(item in (*items, None) for item in parts.of):
        lapse_order(order_id)
        return
    for item in items:
        parts = parts_of(order)
        _take_off(order, item, parts.part(item), kept=parts.part(item).paid)
    restate(order)


@transaction.atomic
def keep_of_item(order: Order, item_id: UUID, amount: Decimal, *, what: str) -> None:
    """Money that came back for a thing that was called off stays here, as its terms say."""
    order = lock_order(order.pk)
    sold = order.lines.filter(item_id=item_id).exclude(item_type__in=BESIDE).order_by("pk").last()
    rate = sold.vat_rate if sold else NOTHING
    add_lines(order, [Line((_("Kept for %s") % what)[:250], 1, amount, rate, KEPT, item_id)])
    resize_order(order)
    post_sale(order)
    restate(order)


def _take_off(order: Order, item_id: UUID, part: Part, *, kept: Decimal) -> None:
    lines = [line for line in order.lines.standing() if line.item_id == item_id]
    for line in lines:
        undo_line(line)
    what, rate = (lines[0].description, lines[0].vat_rate) if lines else ("", NOTHING)
    stays = [(_("Kept for %s"), KEPT, kept), (_("Not taken off after all: %s"), NOT_TAKEN_OFF, part.price - part.owed)]
    add_lines(
        order,
        [Line((text % what)[:250], 1, amount, rate, kind, item_id) for text, kind, amount in stays if amount > 0],
    )
    resize_order(order)
    post_sale(order)
