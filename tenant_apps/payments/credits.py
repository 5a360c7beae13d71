"""Taking something off what an order owes."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.money import is_payable
from shared_apps.events.bus import emit
from tenant_apps.payments.books import post_credit
from tenant_apps.payments.errors import CreditTooHigh, TooManyDecimals
from tenant_apps.payments.events import CreditGiven
from tenant_apps.payments.models import Balance, Credit, Order
from tenant_apps.payments.standing import lock_order, restate
from tenant_apps.payments.tax import vat_of_credit


@transaction.atomic
def give_credit(order: Order, *, amount: Decimal, reason: str, by: User | None, due: Decimal | None = None) -> Credit:
    """Take `amount` off what an order owes, for `reason`.

    `due` is what the form said is due: if that is not so any more nothing is done, so that a form sent twice counts
    once. Raises `CreditTooHigh`, `TooManyDecimals`, `MovedMeanwhile`.
    """
    order = lock_order(order.pk)
    if due is not None and due != order.balance.due:
        raise MovedMeanwhile
    if not is_payable(amount, order.currency):
        raise TooManyDecimals
    if not 0 < amount <= order.balance.owed:
        raise CreditTooHigh
    credit = Credit.objects.create(
        order=order, amount=amount, reason=reason[:300], by_name=str(by) if by else "",
        vat=vat_of_credit(order, amount),
    )  # fmt: skip
    post_credit(credit)
    emit(CreditGiven(credit_id=credit.pk, order_id=order.pk), by=by, subject=order, note=reason[:500])
    restate(order)
    return credit


def credit_what_went_back(order: Order, before: Balance, *, reason: str, by: User | None) -> None:
    """Lower what a locked order owes by as much as a refund raised what is due, compared with its balance `before`."""
    if (more := order.balance.due - before.due) > 0:
        give_credit(order, amount=more, reason=reason or _("Refund"), by=by)
    else:
        restate(order)
