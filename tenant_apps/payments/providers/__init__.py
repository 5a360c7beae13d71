"""Those who take money. Adding one is a module here and a line in `PROVIDERS`."""

from tenant_apps.payments.errors import ProviderNotConnected
from tenant_apps.payments.providers import manual, stripe
from tenant_apps.payments.providers.base import OnlineProvider, Provider

PROVIDERS: dict[str, Provider] = {
    provider.name: provider for provider in (stripe.StripeCheckout(), manual.Cash(), manual.BankTransfer())
}


def provider_for(name: str) -> Provider:
    """The provider called `name`; KeyError if there is none."""
    return PROVIDERS[name]


def online_provider(name: str) -> OnlineProvider:
    """The provider called `name`, if one can pay there without us. Raises `ProviderNotConnected`."""
    provider = PROVIDERS.get(name)
    if not isinstance(provider, OnlineProvider):
        raise ProviderNotConnected
    return provider


def takes_online_payments() -> bool:
    """Whether somebody can pay this tenant without its office: by a provider that is connected."""
    return any(provider.available for provider in PROVIDERS.values() if isinstance(provider, OnlineProvider))
