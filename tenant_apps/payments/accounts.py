"""Whether the tenant's account at its card provider still obeys us."""

from datetime import timedelta

from django.db import transaction

from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.services import mark_stripe_account
from shared_apps.timers.services import cancel_timer, set_timer
from tenant_apps.payments.events import AccountConnected, AccountDisconnected

LOOK_AGAIN = "payments.look_at_account_again"


def note_disconnected(account: str) -> None:
    """The Stripe `account` refuses us: cards are hidden at once, and owner and operators told, once.

    Of an account that is not the tenant's any more nobody need be told.
    """
    if mark_stripe_account(current_tenant(), account=account, disconnected_at=now()):
        with transaction.atomic():
            emit(AccountDisconnected(account=account))
            set_timer(LOOK_AGAIN, at=now() + timedelta(hours=1))


def note_connected(account: str) -> None:
    """The Stripe `account` obeys us again: cards are offered again."""
    if mark_stripe_account(current_tenant(), account=account, disconnected_at=None):
        with transaction.atomic():
            emit(AccountConnected(account=account))
            cancel_timer(LOOK_AGAIN)
