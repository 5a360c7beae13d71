"""Opening and cancelling orders."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.inserts import insert
from shared_apps.core.states import Actor, move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.ledger.models import Entry
from tenant_apps.payments.books import entries_of_new_sale, post_sale
from tenant_apps.payments.errors import PaymentUnderWay, RefundTooHigh
from tenant_apps.payments.events import OrderCancelled
from tenant_apps.payments.lines import Line, add_lines, is_sold_as, resize_order, sold_line, undo_line
from tenant_apps.payments.models import OPEN_PAYMENTS, Order, OrderLine, OrderStatus, PaymentStatus, Refund
from tenant_apps.payments.parts import parts_of
from tenant_apps.payments.refunds import send_back
from tenant_apps.payments.services import close_payments
from tenant_apps.payments.standing import lock_order, restate
from tenant_apps.payments.still_owed import drop_what_is_sent_anew
from tenant_apps.people.models import Person


def new_order(
    *, buyer: Person, currency: str, lines: Sequence[Line], deposit: Decimal | None = None,
    balance_due_at: datetime | None = None, contact_email: str = "",
) -> tuple[Order, list[OrderLine | Entry]]:  # fmt: skip
    """An order of what `buyer` owes, and the rows of what is sold on it: to be written together, with `insert`.

    With a `deposit`, paying that much is enough for now. `contact_email` is the address they typed, when it is another
    than we know them by.
    """
    order = Order(buyer=buyer, currency=currency, contact_email=contact_email)
    _price(order, lines, deposit, balance_due_at)
    sold = [sold_line(order, line) for line in lines]
    return order, [*sold, *entries_of_new_sale(order, sold)]


def open_order(
    *, buyer: Person, currency: str, lines: Sequence[Line], deposit: Decimal | None = None,
    balance_due_at: datetime | None = None, contact_email: str = "",
) -> Order:  # fmt: skip
    """`new_order`, written."""
    order, rows = new_order(
        buyer=buyer, currency=currency, lines=lines, deposit=deposit, balance_due_at=balance_due_at,
        contact_email=contact_email,
    )  # fmt: skip
    insert([order, *rows])
    return order


@transaction.atomic
def reprice_order(
    order: Order, *, lines: Sequence[Line], deposit: Decimal | None, balance_due_at: datetime | None,
    buyer: Person | None = None, contact_email: str = "",
) -> Order:  # fmt: skip
    """Other lines for one thing, or another buyer, on an order that nobody has begun to pay. Raises `PaymentUnderWay`.

    Its lines that stand are undone by lines of their own, but for those that stay as they are. Where the order has
    other things too, these stay, and there is no deposit.
    """
    order = lock_order(order.pk)
    if order.payments.filter(status__in=[*OPEN_PAYMENTS, PaymentStatus.COMPLETED]).exists():
        raise PaymentUnderWay
    order.buyer, order.contact_email = buyer or order.buyer, contact_email
    standing, of_this, new = list(order.lines.standing()), {None, *(line.item_id for line in lines)}, list(lines)
    for line in standing:
        same = next((one for one in new if is_sold_as(line, one)), None)
        if same:
            new.remove(same)
        elif line.item_id in of_this:
            undo_line(line)
    add_lines(order, new)
    if all(line.item_id in of_this for line in standing):
        _price(order, lines, deposit, balance_due_at)
        order.save()
    else:
        resize_order(order)
    post_sale(order)
    restate(order)
    return order


def _price(order: Order, lines: Sequence[Line], deposit: Decimal | None, balance_due_at: datetime | None) -> None:
    order.total = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    order.deposit = deposit
    order.balance_due_at = balance_due_at if deposit else None


@transaction.atomic
def lapse_order(order_id: UUID) -> None:
    """What was ordered was let go unpaid: nothing is owed for it, unless money arrives all the same."""
    order = lock_order(order_id)
    order.lapsed_at = now()
    order.save(update_fields=["lapsed_at"])
    restate(order)


@transaction.atomic
def revive_order(order_id: UUID) -> None:
    """Money arrived for an order that had lapsed, and what was ordered is to be had: it is owed again."""
    order = lock_order(order_id)
    order.lapsed_at = None
    order.save(update_fields=["lapsed_at"])
    restate(order)


@transaction.atomic
def fulfil_order(order_id: UUID) -> None:
    """All that was sold was delivered: what it cost is earned."""
    order = lock_order(order_id)
    if order.fulfilled_at is None:
        order.fulfilled_at = now()
        order.save(update_fields=["fulfilled_at"])
        restate(order)


def postpone_balance(order: Order, *, until: datetime) -> None:
    """The rest of a price paid in part is due at `until`, if that is later than it was promised to be."""
    Order.objects.filter(pk=order.pk, balance_due_at__lt=until).update(balance_due_at=until)


@transaction.atomic
def cancel_order(
    order: Order, *, refund: Decimal, reason: str, by: User | None, bank_details: str = "",
    item_id: UUID | None = None,
) -> list[Refund]:  # fmt: skip
    """Call an order off and send `refund` of what it holds back. What is still open at a provider is closed.

    `bank_details` say where money goes that people transfer, `item_id` which thing was the last on it.
    """
    order = lock_order(order.pk)
    if refund > max(Decimal(0), order.held):  # a bank may have taken back more than was left
        raise RefundTooHigh
    if parts_of(order).promised <= refund:
        drop_what_is_sent_anew(order, by=by)
    move(order, "status", OrderStatus.CANCELLED, by=by, acting=Actor.SYSTEM, reason=reason)
    refunds = send_back(order, amount=refund, reason=reason, by=by, bank_details=bank_details, item_id=item_id)
    restate(order)
    emit(OrderCancelled(order_id=order.pk), by=by, subject=order)
    close_payments.delay_on_commit(str(order.pk))
    return refunds


def give_orders(person: Person, *, to: Person, addresses: dict[UUID, str]) -> None:
    """What `person` ordered is another one's: the two are one. A page to pay shows the address as it was.

    `addresses` are those that the two had. Whoever has rows that are locked before orders changes these first.
    """
    for pk, email in addresses.items():
        if email != to.email:
            Order.objects.filter(buyer=pk, contact_email="").update(contact_email=email)
    Order.objects.filter(buyer=person).update(buyer=to)
