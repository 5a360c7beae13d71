"""Money that is handed over: the office records it, and hands it back itself."""

from tenant_apps.payments.providers.base import Provider, Standing
from tenant_apps.payments.providers.cash import texts


class Cash(Provider):
    """Money in hand, which the office writes down."""

    name = "cash"
    label = texts.LABEL

    def standing(self) -> Standing:
        return Standing(texts.TAKEN, "success", texts.HOW)
