"""Whether the tenant's accounts at payment providers still obey us."""

from datetime import timedelta

from django.db import transaction

from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.accounts import account_used, mark_account, present_accounts
from shared_apps.tenants.context import current_tenant
from shared_apps.timers.services import cancel_timer, set_timer
from tenant_apps.payments.events import AccountConnected, AccountDisconnected
from tenant_apps.payments.models import Payment

LOOK_AGAIN = "payments.look_at_account_again"


def note_disconnected(provider: str, account: str) -> None:
    """The `account` at `provider` refuses us: what it took is hidden at once, and owner and operators told, once.

    Of an account that is not the tenant's any more nobody need be told.
    """
    if mark_account(tenant=current_tenant(), provider=provider, account=account, disconnected_at=now()):
        with transaction.atomic():
            emit(AccountDisconnected(provider=provider, account=account))
            set_timer(LOOK_AGAIN, at=now() + timedelta(hours=1))


def note_connected(provider: str, account: str) -> None:
    """The `account` at `provider` obeys us again: one can pay with it again."""
    if mark_account(tenant=current_tenant(), provider=provider, account=account, disconnected_at=None):
        with transaction.atomic():
            emit(AccountConnected(provider=provider, account=account))
            if not any(one.disconnected_at for one in present_accounts(current_tenant())):
                cancel_timer(LOOK_AGAIN)


@account_used.add
def payments_with(*, provider: str, account: str, said: list[str]) -> None:
    """An account with which something was paid, or begun to be, speaks of it for ever."""
    if Payment.objects.filter(provider=provider, account=account).exists():
        said.append("payments")
