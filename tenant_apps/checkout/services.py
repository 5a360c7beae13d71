"""Keeping several things at once, and paying what is kept."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from shared_apps.accounts.models import User
from tenant_apps.checkout.errors import HoldOver
from tenant_apps.checkout.purchases import Purchase, Stage
from tenant_apps.checkout.selling import Reserved, Wanted, kind_of
from tenant_apps.payments.errors import NothingDue
from tenant_apps.payments.models import Order, Payment
from tenant_apps.payments.paying import ask_about_payments, close_open_payments, start_checkout
from tenant_apps.people.models import Person


def price_of(wanted: Sequence[Wanted]) -> Decimal:
    """What all of it costs now, VAT included, in major units. Raises why something of it can't be bought."""
    return sum((kind_of(one).price(one) for one in wanted), Decimal(0))


@transaction.atomic
def reserve_together(
    wanted: Sequence[Wanted], *, buyer: Person, by: User | None, by_office: bool = False
) -> list[Reserved]:
    """Keep all that somebody wants, to be paid with one order: all of it or nothing, and until one moment.

    Raises why something of it can't be bought.
    """
    until = min((end for one in wanted if (end := kind_of(one).keeps_until(one))), default=None)
    order: Order | None = None
    kept: dict[int, Reserved] = {}
    # Everybody locks what is scarce in this order.
    for place, one in sorted(enumerate(wanted), key=lambda pair: (pair[1].item_type, pair[1].of_which)):
        kept[place] = kind_of(one).reserve(one, buyer=buyer, order=order, until=until, by=by, by_office=by_office)
        order, until = kept[place].order or order, kept[place].until or until
    return [kept[place] for place in range(len(wanted))]


def pay_online(
    purchase: Purchase, *, purpose: str, success_url: str, cancel_url: str, by: User | None = None, provider: str = "",
) -> Payment:  # fmt: skip
    """A payment with a page at the `provider`, or the usual one, open as long as what is bought is kept.

    What costs nothing any more is the buyer's instead, and nothing is due; `by` is who asks (None: a visitor).
    Not to be called in a transaction. Raises `HoldOver`, `ProofNeeded`, `NothingDue`, `DepositNotOffered`,
    `ProviderNotConnected`, `ProviderError`.
    """
    see_what_was_paid(purchase)
    if purchase.order is None or not purchase.order.due:
        raise NothingDue
    if purchase.stage in (Stage.ENDING, Stage.OVER):
        raise HoldOver
    if purchase.is_free_now:
        close_open_payments(purchase.order)
        purchase.confirm_if_free(by=by)
        raise NothingDue
    return start_checkout(
        purchase.order, purpose=purpose, success_url=success_url, cancel_url=cancel_url,
        expires_at=purchase.kept_until, provider=provider,
    )  # fmt: skip


def see_what_was_paid(purchase: Purchase) -> bool:
    """Ask the provider how its payments stand; False when it does not answer. Not in a transaction."""
    known = ask_about_payments(purchase.order) if purchase.order else True
    purchase.refresh()
    return known
