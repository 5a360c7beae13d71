"""Lists reckon money in SQL, an order reckons it by itself: they must never differ."""

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet, Sum

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office.selectors import with_money
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.models import Balance, Dispute, DisputeStatus, Order, Payment, Refund
from tenant_apps.payments.models.balances import balances_of
from tenant_apps.payments.providers.base import Disputed
from tenant_apps.payments.refunds import refund_order, refund_payment
from tenant_apps.payments.selectors import settled_refunds
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def test_a_list_says_of_each_booking_what_its_order_says():
    session = make.session(capacity=20)
    make.booking(session=session)
    on_deposit = make.booking(session=session, seats=2)
    make.pay(on_deposit, amount=on_deposit.order.deposit)
    make.confirmed_booking(session=session)
    in_part = make.confirmed_booking(session=session)
    refund_payment(in_part.order.payments.get(), amount=Decimal(20), reason="", by=None)
    cancel_booking(make.confirmed_booking(session=session), by=None, by_office=True, refund=Decimal(50))
    make.confirmed_booking(session=make.session(price=0))
    refund_order(make.confirmed_booking(session=session).order, amount=Decimal(30), reason="Late start", by=None)
    to_pay_again = make.confirmed_booking(session=session).order
    refund_order(to_pay_again, amount=Decimal(40), reason="By card instead", by=None, still_owed=True)
    give_credit(make.booking(session=session).order, amount=Decimal(15), reason="A regular", by=None)
    for status in DisputeStatus.values:
        paid = make.confirmed_booking(session=session).order.payments.get()
        write_down_dispute(paid, Disputed(f"du_{status}", DisputeStatus(status), Decimal(120)))
    deliver_due()

    rows = list(with_money(Booking.objects.select_related("order")))
    assert len({row.money_held for row in rows}) >= 5
    for row in rows:
        held, due = (row.order.held, row.order.due) if row.order else (0, 0)
        assert (row.money_held, row.money_due) == (held, due)
    for order, balance in balances_of(Order.objects.all()).items():  # as the API adds up
        assert balance == order.balance == by_documents(order)


def by_documents(order: Order) -> Balance:
    """The same from the documents themselves, past the ledger."""
    payments = Payment.objects.filter(order=order, status="completed")
    refunds = Refund.objects.filter(payment__in=payments).exclude(status="failed")
    disputes = Dispute.objects.filter(payment__in=payments)
    return Balance(
        total=order.total, cancelled=order.status == "cancelled", paid=added(payments), refunded=added(refunds),
        disputed=added(disputes.filter(status="open")), lost=added(disputes.filter(status="lost")),
        credited=added(order.credits.all()), settled=added(settled_refunds(order)),
    )  # fmt: skip


def added(rows: QuerySet[Any]) -> Decimal:
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
