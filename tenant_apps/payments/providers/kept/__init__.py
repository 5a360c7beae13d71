"""Money that is here already, for another order of the same buyer. Others see the provider alone."""

from tenant_apps.payments.providers.kept.provider import KeptMoney

provider = KeptMoney()
