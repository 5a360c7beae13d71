"""Those who take money. Adding one is a module here and a line in `PROVIDERS`."""

from tenant_apps.payments.providers import manual, stripe
from tenant_apps.payments.providers.base import Provider

PROVIDERS: dict[str, Provider] = {
    provider.name: provider for provider in (stripe.StripeCheckout(), manual.Cash(), manual.BankTransfer())
}


def provider_for(name: str) -> Provider:
    """The provider called `name`; KeyError if there is none."""
    return PROVIDERS[name]
