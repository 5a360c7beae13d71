"""Looking once an hour whether an account that refused us obeys again."""

from contextlib import suppress

from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.periodic import hourly
from tenant_apps.payments.accounts import note_connected
from tenant_apps.payments.errors import ProviderError
from tenant_apps.payments.providers import online_provider


@hourly
def look_at_account_again() -> None:
    """Somebody may have given us access again at the provider, which tells nobody."""
    tenant = current_tenant()  # None in public
    account = tenant.stripe_account if tenant else None
    if account and tenant.stripe_disconnected_at:
        with suppress(ProviderError):
            online_provider("stripe").check_account()
            note_connected(account)
