"""Looking once an hour whether an account that refuses us obeys again."""

from contextlib import suppress
from datetime import timedelta

from shared_apps.core.time import now
from shared_apps.tenants.accounts import present_accounts
from shared_apps.tenants.context import current_tenant
from shared_apps.timers.services import set_timer, timer
from tenant_apps.payments.accounts import LOOK_AGAIN, note_connected
from tenant_apps.payments.errors import ProviderError
from tenant_apps.payments.providers import online_provider


@timer(LOOK_AGAIN, outside=True)
def look_at_account_again() -> None:
    """Somebody may have given us access again at the provider, which tells nobody."""
    refusing = [one for one in present_accounts(current_tenant()) if one.disconnected_at]
    for one in refusing:
        with suppress(ProviderError):
            online_provider(one.provider).check_account()
            note_connected(one.provider, one.account)
    if any(one.disconnected_at for one in present_accounts(current_tenant())):
        set_timer(LOOK_AGAIN, at=now() + timedelta(hours=1))
