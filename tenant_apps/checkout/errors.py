from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError


class HoldOver(DomainError):
    code = "hold_expired"
    message = _(
        "The time to pay for these seats is over, so they went back on sale. Book again if there are seats left."
    )


class ProofNeeded(DomainError):
    code = "proof_needed"
    message = _("These seats cost nothing. Confirm them by the link in the email we sent you.")
