"""What somebody paid too much pays another order of theirs: it comes from no bank and no till."""

from tenant_apps.payments.providers.base import Provider, Standing
from tenant_apps.payments.providers.kept import texts


class KeptMoney(Provider):
    """What a buyer paid too much elsewhere, and pays something else with."""

    name = "kept"
    label = texts.LABEL
    is_here_already = True

    def standing(self) -> Standing:
        return Standing(texts.TAKEN, "success")
