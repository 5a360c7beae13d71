"""What is asked of an order's money."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from shared_apps.core.money import fits_a_card
from shared_apps.core.time import now
from shared_apps.tenants.context import current_tenant
from tenant_apps.payments.models import (
    OPEN_PAYMENTS,
    Balance,
    Credit,
    Dispute,
    DisputeStatus,
    Order,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from tenant_apps.payments.providers import takes_online_payments
from tenant_apps.payments.tax import vat_by_rate


def failed_refunds(order: Order) -> QuerySet[Refund]:
    """Money of an order that could not be sent back and that nobody has looked after yet, the oldest first."""
    failed = Refund.objects.filter(payment__order=order, status=RefundStatus.FAILED, dropped_at=None)
    return failed.select_related("payment").order_by("created_at")


def promised_back(order: Order, *, won: Collection[Dispute] = ()) -> Decimal:
    """How much of what an order holds was to go back and could not, and is still to go, whatever a bank decides.

    What a bank may give the buyer is that first. `won`: as if these disputes were decided for us.
    """
    failed = list(failed_refunds(order))
    if not failed and not won:
        return Decimal(0)
    disputes = Dispute.objects.filter(payment__order=order, status=DisputeStatus.OPEN)
    return _promised(failed, disputes.exclude(pk__in=[one.pk for one in won]), won)


def _promised(failed: Iterable[Refund], open_: Iterable[Dispute], won: Iterable[Dispute] = ()) -> Decimal:
    sums: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for refund in failed:
        sums[refund.payment_id] += refund.amount
    for dispute in won:
        sums[dispute.payment_id] += dispute.gave_owed
    for dispute in open_:
        sums[dispute.payment_id] -= dispute.unspoken_for
    return sum((amount for amount in sums.values() if amount > 0), Decimal(0))


def settled_refunds(order: Order) -> QuerySet[Refund]:
    """Money of an order that could not be sent back and that the office settled another way, the oldest first."""
    refunds = Refund.objects.filter(payment__order=order, status=RefundStatus.FAILED, settled_otherwise=True)
    return refunds.order_by("dropped_at")


def settled_otherwise(order: Order) -> Decimal:
    """How much of what an order holds need not be sent back any more, because the office said so."""
    return settled_refunds(order).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def still_to_give_back(order: Order) -> Decimal:
    """What would have to go back if everything did: all that is here, but for what the office settled otherwise."""
    balance = order.balance
    return max(Decimal(0), balance.held - balance.settled)


def any_refuses(payments: Iterable[Payment]) -> bool:
    """Whether one of `payments` can't go back by itself: as far as we know, the account that took it refuses."""
    refusing = {(one.provider, one.account) for one in current_tenant().all_accounts if one.disconnected_at}
    return any((payment.provider, payment.account) in refusing for payment in payments)


def due_again(order: Order) -> Decimal:
    """What a bank gave back to the buyer and must be paid again, without a balance that is due later anyhow.

    A balance that was paid before its day is not due later: the bank took it. What was taken off the price is taken off
    this first.
    """
    balance, later = order.balance, Decimal(0)
    if order.deposit and order.balance_due_at is not None and order.balance_due_at > now():
        later = max(Decimal(0), order.total - max(_most_before_a_loss(order), order.deposit))
    return max(Decimal(0), min(balance.lost, balance.due - later))


def _most_before_a_loss(order: Order) -> Decimal:
    """The most that was paid, and not lost yet, when a dispute began that was lost."""
    paid = Payment.objects.filter(order=order).that_came().values_list("completed_at", "amount")
    most = lost = Decimal(0)
    for dispute in Dispute.objects.filter(payment__order=order, status=DisputeStatus.LOST).order_by("created_at"):
        most = max(most, sum((amount for at, amount in paid if at and at <= dispute.created_at), Decimal(0)) - lost)
        lost += dispute.amount
    return most


def deposit_now(order: Order, balance: Balance | None = None) -> Decimal | None:
    """What would be enough for now; None when there is no such choice (any more)."""
    balance = balance or order.balance
    nothing_yet = not (balance.held or balance.disputed or balance.lost)
    return order.deposit if order.deposit and nothing_yet and order.deposit < balance.due else None


@dataclass(frozen=True)
class Money:
    """How an order stands. Amounts in major units; `deposit` only while it can still be chosen.

    `lost` went back to the buyer by their bank, `disputed` may; `credited` was taken off the price. What was written
    down by mistake is not among `payments`, nor what takes it back among `refunds`.
    """

    currency: str
    balance_now: Balance
    deposit: Decimal | None
    balance_due_at: datetime | None
    vat: Decimal
    payments: list[Payment]
    refunds: list[Refund]
    credits: list[Credit]
    disputes: list[Dispute]
    open_payment: Payment | None

    @property
    def total(self) -> Decimal:
        return self.balance_now.total

    @property
    def owed(self) -> Decimal:
        """The total without what was taken off."""
        return self.balance_now.owed

    @property
    def paid(self) -> Decimal:
        return self.balance_now.paid

    @property
    def refunded(self) -> Decimal:
        return self.balance_now.refunded - self.used_elsewhere

    @property
    def credited(self) -> Decimal:
        """What was taken off, and no more than there was: a hold may have got smaller since."""
        return min(self.balance_now.credited, self.total)

    @property
    def held(self) -> Decimal:
        return self.balance_now.held

    @property
    def settled(self) -> Decimal:
        """What is here and stays: it was to go back, and the office settled that another way."""
        return self.balance_now.settled

    @property
    def kept(self) -> Decimal:
        """What is here beyond what is owed, and is to go back to nobody: it may pay something else of theirs."""
        failed = [one for one in self.refunds if one.is_unsettled]
        open_ = [one for one in self.disputes if one.status == DisputeStatus.OPEN]
        return self.balance_now.kept(promised=_promised(failed, open_))

    @property
    def used_elsewhere(self) -> Decimal:
        """What was kept here and paid something else of theirs."""
        return sum((one.amount for one in self.refunds if one.pays_another), Decimal(0))

    @property
    def disputed(self) -> Decimal:
        return self.balance_now.disputed

    @property
    def due(self) -> Decimal:
        return self.balance_now.due

    @property
    def balance(self) -> Decimal:
        """What remains once the deposit is paid."""
        return self.due - (self.deposit or Decimal(0))

    @property
    def by_card(self) -> bool:
        """Whether what is due can be paid online: a card is taken here, and it is not too little for one."""
        return takes_online_payments() and fits_a_card(self.due, self.currency)


def money_of(order: Order | None) -> Money | None:
    """How `order` stands; None when nothing is owed or was."""
    if order is None:
        return None
    attempts, balance = list(order.payments.order_by("created_at")), order.balance
    sent = list(Refund.objects.filter(payment__order=order).select_related("payment").order_by("created_at"))
    never_came = {one.payment_id for one in sent if one.takes_back}
    came = [one for one in attempts if one.status == PaymentStatus.COMPLETED and one.pk not in never_came]
    return Money(
        currency=order.currency,
        balance_now=balance,
        deposit=deposit_now(order, balance),
        balance_due_at=order.balance_due_at,
        vat=sum((part.amount for part in vat_by_rate(order)), Decimal(0)),
        payments=came,
        refunds=[one for one in sent if not one.takes_back],
        credits=list(order.credits.order_by("created_at")),
        disputes=list(Dispute.objects.filter(payment__order=order).order_by("created_at")),
        open_payment=next((payment for payment in attempts if payment.status in OPEN_PAYMENTS), None),
    )
