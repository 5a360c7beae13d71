"""Money that somebody paid beyond what was due: it stays with its order until it pays another one, or goes back."""

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.time import local_today, now
from shared_apps.events.bus import emit
from tenant_apps.payments.books import post_refund
from tenant_apps.payments.errors import NothingDue, NothingKept
from tenant_apps.payments.events import KeptMoneyUsed
from tenant_apps.payments.models import Balance, Order, OrderStatus, Payment, PaymentStatus, Refund, RefundStatus
from tenant_apps.payments.models.balances import balances_of
from tenant_apps.payments.models.refunds import KEPT
from tenant_apps.payments.refunds import lock_failed_refunds, shares_of
from tenant_apps.payments.selectors import promised_back
from tenant_apps.payments.services import count_payment, purpose_of
from tenant_apps.payments.standing import lock_order, restate

NOTHING = Decimal(0)


def kept_elsewhere(order: Order) -> Decimal:
    """What is kept on other orders of the same buyer, in the same currency."""
    return sum((kept_on(other, balance) for other, balance in balances_of(_others(order)).items()), NOTHING)


def kept_on(order: Order, balance: Balance) -> Decimal:
    """What an order that stands holds beyond its price, but for what was to go back and could not."""
    return balance.kept(promised=promised_back(order)) if balance.surplus else NOTHING


def _others(order: Order) -> QuerySet[Order]:
    rows = Order.objects.filter(buyer=order.buyer_id, currency=order.currency, status=OrderStatus.PAID)
    return rows.exclude(pk=order.pk).order_by("pk")


@transaction.atomic
def use_kept_money(order: Order, *, by: User | None, due: Decimal | None = None) -> list[Payment]:
    """Pay what an order owes, as far as it goes, with what its buyer paid too much elsewhere.

    `due` is what the page said is due: if that is not so any more nothing is done, so that pressing twice counts once.
    Raises `NothingDue`, `NothingKept`, `MovedMeanwhile`.
    """
    keys = sorted([order.pk, *(other.pk for other in _others(order))])  # everybody locks orders in this order
    locked = {pk: lock_order(pk) for pk in keys}
    order = locked.pop(order.pk)
    still = {other.pk for other in _others(order)}  # one may have been called off while we waited
    left = order.balance.due
    if due is not None and due != left:
        raise MovedMeanwhile
    if not left:
        raise NothingDue
    paid = []
    for source in locked.values():
        lock_failed_refunds(source)
        amount = min(left, kept_on(source, source.balance)) if source.pk in still else NOTHING
        if amount > 0:
            left -= amount
            paid.append(_hand_on(source, order, amount, by=by))
    if not paid:
        raise NothingKept
    return paid


def _hand_on(source: Order, order: Order, amount: Decimal, *, by: User | None) -> Payment:
    """Of two locked orders: `amount` goes out of one and into the other, at one moment."""
    for payment, part in shares_of(source, amount):
        refund = Refund.objects.create(
            payment=payment, amount=part, provider=KEPT, status=RefundStatus.COMPLETED, completed_at=now(),
            next_try_at=None, sent_on=local_today(), reason=_("Used for order %s") % order.number,
        )  # fmt: skip
        post_refund(refund)
    restate(source)
    payment = Payment.objects.create(
        order=order, provider=KEPT, purpose=purpose_of(order, amount), amount=amount, currency=order.currency,
        provider_transaction_id=source.number, status=PaymentStatus.COMPLETED, initiated_at=now(), completed_at=now(),
    )  # fmt: skip
    emit(KeptMoneyUsed(payment_id=payment.pk, order_id=source.pk), by=by, subject=source)
    count_payment(payment, order, by=by)
    return payment
