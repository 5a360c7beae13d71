"""The lines of an order: what is sold on it, undone by lines of their own, and what is kept of what was called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from shared_apps.core.money import vat_within
from tenant_apps.payments.books import post_sale
from tenant_apps.payments.models import Order, OrderLine

KEPT = "payments.kept"  # lines of what was paid for a thing that was called off, and stays here
NOT_TAKEN_OFF = "payments.not_taken_off"  # lines of a credit's share that went with a thing that was called off
BESIDE = (KEPT, NOT_TAKEN_OFF)


@dataclass(frozen=True)
class Line:
    """What is sold: which row (`item_type`, `item_id`), `unit_price` VAT included, `vat_rate` in per cent."""

    description: str
    quantity: int
    unit_price: Decimal
    vat_rate: Decimal = Decimal(0)
    item_type: str = ""
    item_id: UUID | None = None


class Costs(TypedDict):
    """What something costs, as whoever sells it tells an order."""

    lines: Sequence[Line]
    deposit: Decimal | None
    balance_due_at: datetime | None


def sold_line(order: Order, line: Line) -> OrderLine:
    """A row for what is sold, with the VAT in it: rounded here, once, and then kept."""
    amount = line.unit_price * line.quantity
    vat = vat_within(amount, line.vat_rate, order.currency)
    return OrderLine(
        order=order, item_type=line.item_type, item_id=line.item_id, description=line.description,
        quantity=line.quantity, unit_price=line.unit_price, vat_rate=line.vat_rate, amount=amount, net=amount - vat,
        vat=vat,
    )  # fmt: skip


def add_lines(order: Order, lines: Sequence[Line]) -> list[OrderLine]:
    """What is sold on `order`; its total and its books are the caller's to bring in line."""
    return OrderLine.objects.bulk_create([sold_line(order, line) for line in lines])


def undo_line(line: OrderLine) -> None:
    """What `line` sold is not sold after all; its order's total and books are the caller's to bring in line."""
    OrderLine.objects.create(
        order_id=line.order_id, undoes=line, item_type=line.item_type, item_id=line.item_id,
        description=line.description, quantity=-line.quantity, unit_price=line.unit_price, vat_rate=line.vat_rate,
        amount=-line.amount, net=-line.net, vat=-line.vat,
    )  # fmt: skip


def is_sold_as(line: OrderLine, other: Line) -> bool:
    """Whether the row `line` says already what `other` would."""
    of_other = (other.description, other.quantity, other.unit_price, other.vat_rate, other.item_type, other.item_id)
    return (line.description, line.quantity, line.unit_price, line.vat_rate, line.item_type, line.item_id) == of_other


def resize_order(order: Order) -> None:
    """Bring the total of a locked order of several things in line with its lines."""
    order.total = sum((line.amount for line in order.lines.all()), Decimal(0))
    order.save()


def lower_kept(order: Order, amount: Decimal, *, item_id: UUID | None = None) -> None:
    """Take up to `amount` off what a locked order keeps of what was called off: of `item_id` first, then of the latest.

    Each line keeps its words and its VAT.
    """
    lines = list(order.lines.standing().filter(item_type=KEPT))
    for line in sorted(lines, key=lambda line: (line.item_id == item_id, line.pk), reverse=True):
        off = min(amount, line.amount)
        if off > 0:
            undo_line(line)
            rest = Line(line.description, 1, line.amount - off, line.vat_rate, KEPT, line.item_id)
            add_lines(order, [rest] if rest.unit_price else [])
            amount -= off
    if lines:
        resize_order(order)
        post_sale(order)
