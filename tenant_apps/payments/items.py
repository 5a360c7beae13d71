"""An order of several things: adding one, and calling one of them off."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.money import display
from tenant_apps.payments.books import post_sale
from tenant_apps.payments.errors import PaymentUnderWay, RefundFailedBefore, RefundTooHigh
from tenant_apps.payments.lines import (
    BESIDE,
    KEPT,
    NOT_TAKEN_OFF,
    Costs,
    Line,
    add_lines,
    is_sold_as,
    resize_order,
    undo_line,
)
from tenant_apps.payments.models import OPEN_PAYMENTS, Order, PaymentStatus, Refund
from tenant_apps.payments.orders import cancel_order, lapse_order
from tenant_apps.payments.parts import Part, has_several, parts_of
from tenant_apps.payments.refunds import send_back
from tenant_apps.payments.selectors import failed_refunds
from tenant_apps.payments.services import close_payments
from tenant_apps.payments.standing import lock_order, restate
from tenant_apps.payments.won_back import note_disputed

NOTHING = Decimal(0)


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
    order: Order, item_id: UUID, *, refund: Decimal, reason: str, by: User | None, bank_details: str = "",
    percent: int = 100,
) -> list[Refund]:  # fmt: skip
    """Call one thing on an order off and send `refund` of what is paid for it back; the order ends with the last one.

    What else was paid for it stays here, as a line of its own. Of what a bank is deciding about `percent` go back, too,
    if it comes back to us. Raises `RefundTooHigh`.
    """
    order = lock_order(order.pk)
    note_disputed(order, item_id, percent=percent)
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
def sell_otherwise(
    order: Order, item_id: UUID, *, costs: Costs, rest_by: datetime | None, reason: str, by: User | None,
    bank_details: str = "",
) -> list[Refund]:  # fmt: skip
    """Other lines for one thing on an order, which may be paid: what is here beyond its price then goes back.

    What was here beyond the price before stays. Where nothing else is on the order, its deposit is that of `costs`;
    without one the rest of what was begun to be paid is due at `rest_by`. Raises `RefundFailedBefore` while money that
    could not be sent back waits, `RefundTooHigh`.
    """
    order = lock_order(order.pk)
    before, alone = order.balance, parts_of(order).stands_alone(item_id)
    new = list(costs["lines"])
    for line in order.lines.standing().filter(Q(item_id=item_id) | Q(item_id=None)).exclude(item_type__in=BESIDE):
        if same := next((one for one in new if is_sold_as(line, one)), None):
            new.remove(same)
        else:
            undo_line(line)
    add_lines(order, new)
    if alone:
        order.deposit, order.balance_due_at = costs["deposit"], costs["balance_due_at"] if costs["deposit"] else None
    elif order.deposit:
        order.deposit = order.balance_due_at = None
    resize_order(order)
    post_sale(order)
    balance = restate(order)
    if balance.due and balance.paid and not order.deposit:
        order.balance_due_at = rest_by
        order.save(update_fields=["balance_due_at"])
    refund = balance.surplus - before.surplus
    refunds: list[Refund] = []
    if refund > 0:
        if failed := failed_refunds(order).first():
            raise RefundFailedBefore(display(failed.amount, order.currency))
        last = item_id if has_several(order) else None
        refunds = send_back(order, amount=refund, reason=reason, by=by, bank_details=bank_details, item_id=last)
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
