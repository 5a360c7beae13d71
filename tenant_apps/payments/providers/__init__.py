"""Those who take money: each is a folder here with all there is of it. Adding one is its folder and a line below.

A folder's `provider` says what it does. Beside it stand its settings form, its texts, and what it asks the outside
world. Its stand-in, for trying things out, is in `sandbox`, which is never there in production.
"""

from collections.abc import Iterator
from importlib import import_module

from tenant_apps.payments.errors import ProviderNotConnected
from tenant_apps.payments.providers.base import OnlineProvider, Provider

FOLDERS = [
    "stripe",
    "cash",
    "bank_transfer",
    "kept",
]


def _provider_in(folder: str) -> Provider:
    found = import_module(f"{__name__}.{folder}").provider
    assert isinstance(found, Provider)
    return found


PROVIDERS: dict[str, Provider] = {one.name: one for one in map(_provider_in, FOLDERS)}


def provider_for(name: str) -> Provider:
    """The provider called `name`; KeyError if there is none."""
    return PROVIDERS[name]


def by_hand_providers() -> list[Provider]:
    """Those by which people take money, and hand it back."""
    return [one for one in PROVIDERS.values() if one.manual and not one.is_here_already]


def online_provider(name: str) -> OnlineProvider:
    """The provider called `name`, if one can pay there without us. Raises `ProviderNotConnected`."""
    provider = PROVIDERS.get(name)
    if not isinstance(provider, OnlineProvider):
        raise ProviderNotConnected
    return provider


def online_providers() -> Iterator[OnlineProvider]:
    """Those where one can pay without us."""
    return (one for one in PROVIDERS.values() if isinstance(one, OnlineProvider))


def usual_online_provider() -> OnlineProvider:
    """Where one pays who has not chosen: the first that this tenant is connected to. Raises `ProviderNotConnected`."""
    found = next((one for one in online_providers() if one.available), None)
    if found is None:
        raise ProviderNotConnected
    return found


def takes_online_payments() -> bool:
    """Whether somebody can pay this tenant without its office: by a provider that is connected."""
    return any(provider.available for provider in online_providers())
