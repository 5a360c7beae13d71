"""Money that goes back: asking for it, trying again, settling it by hand. `sending` carries it out."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.money import display, is_payable
from shared_apps.core.states import move
from shared_apps.core.time import local_today, now
from shared_apps.events.bus import emit
from tenant_apps.payments.books import post_refund
from tenant_apps.payments.credits import credit_what_went_back
from tenant_apps.payments.errors import (
    ProviderNotConnected,
    RefundFailedBefore,
    RefundNotOwed,
    RefundTooHigh,
    SettledGoesWhole,
    TooManyDecimals,
)
from tenant_apps.payments.events import RefundCompleted, RefundRequested, RefundRetried
from tenant_apps.payments.lines import lower_kept
from tenant_apps.payments.models import Balance, Order, Payment, PaymentStatus, Refund, RefundStatus
from tenant_apps.payments.models.refunds import BY_HAND
from tenant_apps.payments.providers import by_hand_providers, provider_for
from tenant_apps.payments.selectors import failed_refunds, settled_refunds
from tenant_apps.payments.sending import carry_out_refund
from tenant_apps.payments.standing import lock_order, lock_refund, restate, write_books
from tenant_apps.payments.still_owed import drop_refund, leave_owed


@transaction.atomic
def refund_payment(payment: Payment, *, amount: Decimal, reason: str, by: User | None) -> Refund:
    """Send `amount` of a payment back through whoever took it; its order owes what it did.

    What people hand over waits until somebody says how they did (`settle_by_hand`). Raises `RefundTooHigh`,
    `TooManyDecimals`.
    """
    order = lock_order(payment.order_id)
    refund = _ask_back(payment, amount=amount, reason=reason, by=by)
    restate(order)
    return refund


def _ask_back(
    payment: Payment, *, amount: Decimal, reason: str, by: User | None, provider: str = "", bank_details: str = "",
    item_id: UUID | None = None,
) -> Refund:  # fmt: skip
    """Of a locked order: a refund by whoever took the payment, or by another `provider`, where people send it."""
    payment = Payment.objects.select_for_update(of=("self",)).select_related("order").get(pk=payment.pk)
    if not is_payable(amount, payment.currency):
        raise TooManyDecimals
    if not 0 < amount <= payment.refundable:
        raise RefundTooHigh
    other = provider if provider != payment.provider else ""
    if other and provider_for(other) not in by_hand_providers():
        raise ProviderNotConnected
    refund = Refund.objects.create(
        payment=payment, amount=amount, reason=reason[:300], provider=other, bank_details=bank_details[:300],
        item_id=item_id,
    )  # fmt: skip
    if refund.is_by_hand:
        Refund.objects.filter(pk=refund.pk).update(next_try_at=None)
    post_refund(refund)
    event = RefundRequested(refund_id=refund.pk, order_id=payment.order_id)
    emit(event, by=by, subject=payment.order, note=reason[:500])
    leave_owed(payment, payment.may_be_refundable, by=by)
    if not refund.is_by_hand:
        carry_out_refund.delay_on_commit(str(refund.pk))
    return refund


def goes_by_hand(order: Order, amount: Decimal) -> Decimal:
    """How much of `amount` people would have to send, if `send_back` were asked for it now."""
    return sum(
        (part for payment, part in shares_of(order, amount) if provider_for(payment.provider).manual), Decimal(0)
    )


def shares_of(
    order: Order, amount: Decimal, *, first: Payment | None = None, beside_promised: bool = False
) -> list[tuple[Payment, Decimal]]:
    """How much of `amount` goes back from which payment: from `first`, then the latest. Raises `RefundTooHigh`.

    `beside_promised`: what is to go back and could not is left for that.
    """
    shares = []
    payments = order.payments.filter(status=PaymentStatus.COMPLETED).order_by("-completed_at")
    for payment in sorted(payments, key=lambda payment: payment != first):
        most = payment.refundable - (
            max(Decimal(0), payment.owed_back - payment.may_be_given) if beside_promised else 0
        )
        if (part := min(amount, most)) > 0:
            amount -= part
            shares.append((payment, part))
    if amount:
        raise RefundTooHigh
    return shares


def send_back(
    order: Order, *, amount: Decimal, reason: str, by: User | None, provider: str = "", bank_details: str = "",
    item_id: UUID | None = None, first: Payment | None = None, beside_promised: bool = False,
) -> list[Refund]:  # fmt: skip
    """Send `amount` of what a locked order holds back, see `shares_of`. Raises `RefundTooHigh`."""
    return [
        _ask_back(
            payment, amount=part, reason=reason, by=by, provider=provider, bank_details=bank_details, item_id=item_id
        )
        for payment, part in shares_of(order, amount, first=first, beside_promised=beside_promised)
    ]


@transaction.atomic
def refund_order(
    order: Order, *, amount: Decimal, reason: str, by: User | None, provider: str = "", bank_details: str = "",
    still_owed: bool = False, held: Decimal | None = None, sends_settled: bool = False, item_id: UUID | None = None,
) -> list[Refund]:  # fmt: skip
    """Send `amount` of what an order holds back without cancelling it, or after it was.

    What goes back lowers the price too, unless it is `still_owed`, to be paid another way. `held` is what the form
    said is here: if that is not so any more nothing is done, so that a form sent twice counts once. What the office
    settled otherwise stays, unless this `sends_settled` money after all. `item_id`: of which of several things it is.
    Raises `RefundTooHigh`, `TooManyDecimals`, `MovedMeanwhile`, `RefundFailedBefore`.
    """
    order = lock_order(order.pk)
    _refuse_beside_a_failed_one(order)
    balance = order.balance
    if held is not None and held != balance.held:
        raise MovedMeanwhile
    if sends_settled:
        _owe_again(order, amount)
        balance = restate(order)
    if not 0 < amount <= balance.held - balance.settled:
        raise RefundTooHigh
    refunds = send_back(order, amount=amount, reason=reason, by=by, provider=provider, bank_details=bank_details)
    if still_owed:
        restate(order)
    else:
        _lower_price(order, balance, item_id=item_id, reason=reason, by=by)
    return refunds


@transaction.atomic
def refund_of_payment(payment: Payment, *, amount: Decimal, reason: str, by: User | None) -> Refund:
    """Send `amount` of one payment back the way it came, without cancelling what it was for.

    What goes back lowers the price. Raises `RefundTooHigh`, `TooManyDecimals`, `RefundFailedBefore`.
    """
    order = lock_order(payment.order_id)
    _refuse_beside_a_failed_one(order)
    before = order.balance
    if amount > before.held - before.settled:
        raise RefundTooHigh
    refund = _ask_back(payment, amount=amount, reason=reason, by=by)
    _lower_price(order, before, reason=reason, by=by)
    return refund


def _lower_price(order: Order, before: Balance, *, reason: str, by: User | None, item_id: UUID | None = None) -> None:
    """A locked order owes less by as much as a refund raised what is due: first what it keeps, then its price."""
    lower_kept(order, order.balance.due - before.due, item_id=item_id)
    credit_what_went_back(order, before, reason=reason, by=by)


def _owe_again(order: Order, amount: Decimal) -> None:
    """Of a locked order, all that was settled otherwise is sent after all, with `amount`. Raises `SettledGoesWhole`."""
    if amount < (settled := order.balance.settled):  # a bank may have taken some of it
        raise SettledGoesWhole(display(settled, order.currency))
    settled_refunds(order).update(settled_otherwise=False)


def lock_failed_refunds(order: Order) -> None:
    """Of a locked order, let nobody try a failed refund again, or drop it, until this transaction ends."""
    for failed in failed_refunds(order):
        lock_refund(failed)


def _refuse_beside_a_failed_one(order: Order) -> None:
    """Else the same money would go back in one way, and be owed in another for ever."""
    if failed := failed_refunds(order).first():
        raise RefundFailedBefore(display(failed.amount, order.currency))


@transaction.atomic
def retry_refund(refund: Refund, *, by: User | None) -> Refund:
    """Ask the provider once more to send money that could not be sent back.

    It counts as a new try there, so that the failed one is not answered again; pressed twice, it is one try.
    Raises `IllegalMove` unless it has failed, `RefundNotOwed` when it was dropped, and `RefundTooHigh` when the money
    went back otherwise meanwhile.
    """
    payment, refund = lock_refund(refund)
    move(
        refund, "status", RefundStatus.PENDING, by=by, retries=refund.retries + 1, attempts=0,
        provider_reference=None, failure_reason="", next_try_at=now(),
    )  # fmt: skip
    write_books(refund)
    emit(RefundRetried(refund_id=refund.pk, order_id=payment.order_id), by=by, subject=payment.order)
    carry_out_refund.delay_on_commit(str(refund.pk))
    return refund


@transaction.atomic
def settle_by_hand(refund: Refund, *, how: str, by: User | None, on: date | None = None) -> Refund:
    """The office sent the money itself, and says `how` and `on` which day (today).

    Raises `SentByItself` while a provider sends it, `IllegalMove`, `RefundNotOwed` and `RefundTooHigh` as a retry does.
    """
    payment, refund = lock_refund(refund)
    move(
        refund, "status", RefundStatus.COMPLETED, by=by, reason=how, completed_at=now(),
        provider_reference=f"{BY_HAND}{refund.key}", next_try_at=None, sent_how=how[:200],
        sent_on=on or local_today(),
    )  # fmt: skip
    write_books(refund)
    emit(RefundCompleted(refund_id=refund.pk, order_id=payment.order_id), by=by, subject=payment.order, note=how)
    return refund


@transaction.atomic
def drop_failed_refund(refund: Refund, *, by: User | None) -> Refund:
    """The office says that money which could not be sent back need not be sent any more: it was settled otherwise.

    Raises `RefundNotOwed` unless it has failed and nobody has said so yet.
    """
    refund = lock_refund(refund)[1]
    if not refund.is_unsettled:
        raise RefundNotOwed
    drop_refund(refund, by=by, settled=True)
    restate(refund.payment.order)
    return refund
