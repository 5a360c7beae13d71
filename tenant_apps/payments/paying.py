"""Paying an order at a provider's page. Nothing here is called in a transaction: it asks providers."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.money import fits_a_card
from shared_apps.core.states import Actor, move
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.payments.errors import (
    ProviderDisconnected,
    ProviderError,
    ProviderNotConnected,
    ProviderRefused,
    TooLittleForACard,
)
from tenant_apps.payments.events import PaymentRefused
from tenant_apps.payments.models import OPEN_PAYMENTS, Order, Payment, PaymentStatus
from tenant_apps.payments.providers import online_provider, usual_online_provider
from tenant_apps.payments.providers.base import Begun, OnlineProvider
from tenant_apps.payments.services import A_MINUTE, amount_for, close_payment, refresh_payment
from tenant_apps.payments.standing import lock_order


def start_checkout(
    order: Order, *, purpose: str, success_url: str, cancel_url: str, expires_at: datetime | None = None,
    provider: str = "",
) -> Payment:  # fmt: skip
    """A payment with a page at the `provider`, or the usual one, where it can be paid.

    Asked twice, it answers with the same open payment. One of another purpose or provider is closed first, so that
    an order is never open to be paid twice. Raises `NothingDue`, `DepositNotOffered`, `TooLittleForACard`,
    `ProviderNotConnected`, `ProviderError`, `MovedMeanwhile` when it was called off while the page opened.
    """
    door = online_provider(provider) if provider else usual_online_provider()
    if not door.available:
        raise ProviderNotConnected
    with transaction.atomic():
        order = lock_order(order.pk)
    if not fits_a_card(amount_for(order, purpose), order.currency):
        raise TooLittleForACard
    for open_payment in order.payments.filter(status__in=OPEN_PAYMENTS):
        wanted = (door.name, purpose, amount_for(order, purpose))
        if (open_payment.provider, open_payment.purpose, open_payment.amount) != wanted:
            close_payment(open_payment)
    payment = _claim(order, purpose, door, expires_at)
    if payment.pay_url:
        return payment
    try:
        begun = door.begin(payment, success_url=success_url, cancel_url=cancel_url)
    except (ProviderRefused, ProviderDisconnected) as refusal:
        _give_up(payment, str(refusal.why), told=isinstance(refusal, ProviderRefused))
        raise
    payment = _write_begun(payment, begun)
    if payment.provider_reference != begun.reference:
        with suppress(ProviderError):  # nobody is ever sent to this page; it ends by itself too
            door.close_page(payment, begun.reference)
    if payment.status not in OPEN_PAYMENTS or not payment.pay_url:
        raise MovedMeanwhile
    return payment


def ask_about_payments(order: Order) -> bool:
    """Ask the provider about the order's open payments; False when it does not answer."""
    known = True
    for payment in order.payments.filter(status__in=OPEN_PAYMENTS):
        try:
            refresh_payment(payment)
        except ProviderError:
            known = False
    return known


def close_open_payments(order: Order) -> None:
    """See to it that nothing of this order can be paid at the price it had. Raises `ProviderError`."""
    for payment in order.payments.filter(status__in=OPEN_PAYMENTS):
        close_payment(payment)


@transaction.atomic
def _claim(order: Order, purpose: str, door: OnlineProvider, expires_at: datetime | None) -> Payment:
    order = lock_order(order.pk)
    soon = now() + A_MINUTE
    if payment := order.payments.filter(status__in=OPEN_PAYMENTS).first():
        if not payment.provider_reference:  # about to get its page, from us or from somebody at this moment
            payment.next_check_at = soon
            payment.save(update_fields=["next_check_at"])
        return payment
    amount = amount_for(order, purpose)
    return Payment.objects.create(
        order=order, provider=door.name, account=door.account, purpose=purpose, amount=amount,
        currency=order.currency, expires_at=expires_at, next_check_at=soon,
    )  # fmt: skip


@transaction.atomic
def _give_up(payment: Payment, why: str, *, told: bool) -> None:
    """No page was opened, nor will one be: the payment ends, and with `told` the office hears why."""
    order = lock_order(payment.order_id)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if payment.status == PaymentStatus.PENDING and not payment.provider_reference:
        move(payment, "status", PaymentStatus.FAILED, by=None, acting=Actor.PAYMENT_PROVIDER, failure_reason=why[:300])
        if told:
            emit(PaymentRefused(payment_id=payment.pk, order_id=order.pk, reason=why[:300]), subject=order)


@transaction.atomic
def _write_begun(payment: Payment, begun: Begun) -> Payment:
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if payment.status == PaymentStatus.PENDING:
        move(
            payment,
            "status",
            PaymentStatus.PROCESSING,
            by=None,
            acting=Actor.PAYMENT_PROVIDER,
            provider_reference=begun.reference,
            pay_url=begun.pay_url,
            expires_at=begun.expires_at,
            initiated_at=now(),
            next_check_at=now() + A_MINUTE,
        )
    return payment
