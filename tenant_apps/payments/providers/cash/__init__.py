"""Cash: what people hand over at the desk. Others see the provider alone."""

from tenant_apps.payments.providers.cash.provider import Cash

provider = Cash()
