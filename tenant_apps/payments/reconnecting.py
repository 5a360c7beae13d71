"""Looking once an hour whether an account that refused us obeys again."""

from contextlib import suppress
from datetime import timedelta

from shared_apps.core.time import now
from shared_apps.tenants.context import current_tenant
from shared_apps.timers.services import set_timer, timer
from tenant_apps.payments.accounts import LOOK_AGAIN, note_connected
from tenant_apps.payments.errors import ProviderError
from tenant_apps.payments.providers import online_provider


@timer(LOOK_AGAIN, outside=True)
def look_at_account_again() -> None:
    """Somebody may have given us access again at the provider, which tells nobody."""
    tenant = current_tenant()
    account = tenant.stripe_account
    if not account or not tenant.stripe_disconnected_at:
        return
    with suppress(ProviderError):
        online_provider("stripe").check_account()
        note_connected(account)
        return
    set_timer(LOOK_AGAIN, at=now() + timedelta(hours=1))
