"""Opening and cancelling orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.money import vat_within
from shared_apps.core.states import Actor, move
from shared_apps.events.bus import emit
from tenant_apps.payments.credits import restate
from tenant_apps.payments.errors import PaymentUnderWay, RefundTooHigh
from tenant_apps.payments.events import OrderCancelled
from tenant_apps.payments.models import OPEN_PAYMENTS, Order, OrderLine, OrderStatus, PaymentStatus, Refund
from tenant_apps.payments.refunds import drop_what_is_sent_anew, send_back
from tenant_apps.payments.services import close_payments
from tenant_apps.people.identity import people_joined
from tenant_apps.people.models import Person


@dataclass(frozen=True)
class Line:
    """What is sold: `unit_price` VAT included, `vat_rate` in per cent."""

    description: str
    quantity: int
    unit_price: Decimal
    vat_rate: Decimal = Decimal(0)


@transaction.atomic(savepoint=False)
def open_order(
    *,
    buyer: Any,
    currency: str,
    lines: Sequence[Line],
    deposit: Decimal | None = None,
    balance_due_at: datetime | None = None,
    contact_email: str = "",
) -> Order:
    """An order of what `buyer` owes. With a `deposit`, paying that much is enough for now.

    `contact_email` is the address they typed, when it is another than we know them by.
    """
    order = Order(buyer=buyer, currency=currency, contact_email=contact_email)
    _price(order, lines, deposit, balance_due_at)
    return order


@transaction.atomic
def reprice_order(
    order: Order, *, lines: Sequence[Line], deposit: Decimal | None, balance_due_at: datetime | None,
    buyer: Any = None, contact_email: str = "",
) -> Order:  # fmt: skip
    """Other lines, or another buyer, on an order that nobody has begun to pay. Raises `PaymentUnderWay`."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.payments.filter(status__in=[*OPEN_PAYMENTS, PaymentStatus.COMPLETED]).exists():
        raise PaymentUnderWay
    order.lines.all().delete()
    order.buyer, order.contact_email = buyer or order.buyer, contact_email
    _price(order, lines, deposit, balance_due_at)
    restate(order)
    return order


def _price(order: Order, lines: Sequence[Line], deposit: Decimal | None, balance_due_at: datetime | None) -> None:
    order.total = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    order.deposit = deposit
    order.balance_due_at = balance_due_at if deposit else None
    order.save()
    OrderLine.objects.bulk_create(sold_line(order, line) for line in lines)


def sold_line(order: Order, line: Line) -> OrderLine:
    """A row for what is sold, with the VAT in it: rounded here, once, and then kept."""
    amount = line.unit_price * line.quantity
    vat = vat_within(amount, line.vat_rate, order.currency)
    return OrderLine(
        order=order, description=line.description, quantity=line.quantity, unit_price=line.unit_price,
        vat_rate=line.vat_rate, amount=amount, net=amount - vat, vat=vat,
    )  # fmt: skip


def postpone_balance(order: Order, *, until: datetime) -> None:
    """The rest of a price paid in part is due at `until`, if that is later than it was promised to be."""
    Order.objects.filter(pk=order.pk, balance_due_at__lt=until).update(balance_due_at=until)


@transaction.atomic
def cancel_order(
    order: Order, *, refund: Decimal, reason: str, by: User | None, bank_details: str = ""
) -> list[Refund]:
    """Call an order off and send `refund` of what it holds back. What is still open at a provider is closed.

    `bank_details` say where money goes that people transfer.
    """
    order = Order.objects.select_for_update().get(pk=order.pk)
    if refund > max(Decimal(0), order.held):  # a bank may have taken back more than was left
        raise RefundTooHigh
    move(order, "status", OrderStatus.CANCELLED, by=by, acting=Actor.SYSTEM, reason=reason)
    refunds = send_back(order, amount=refund, reason=reason, by=by, bank_details=bank_details)
    drop_what_is_sent_anew(order, refund, by=by)
    emit(OrderCancelled(order_id=order.pk), by=by, subject=order)
    close_payments.delay_on_commit(str(order.pk))
    return refunds


@people_joined.add
def move_their_orders(*, kept: Person, absorbed: Person, addresses: dict[UUID, str]) -> None:
    """What either ordered is of one person now; a page to pay shows the address as it was."""
    for pk, email in addresses.items():
        if email != kept.email:
            Order.objects.filter(buyer=pk, contact_email="").update(contact_email=email)
    Order.objects.filter(buyer=absorbed).update(buyer=kept)
