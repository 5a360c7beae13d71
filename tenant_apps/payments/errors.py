from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class ProviderError(DomainError):
    """A provider did not do what it was asked. `why` says so to the office: it becomes a refund's reason, for one."""

    why: "_StrOrPromise" = ""

    def __init__(self, why: str = ""):
        super().__init__()
        self.why = why or self.why


class ProviderUnavailable(ProviderError):
    """It did not answer, or not usefully. It may do so later."""

    status = 503
    code = "payment_provider_unavailable"
    message = _("Card payments are not answering right now. Nothing was charged. Try again in a moment.")
    why = _("The card provider does not answer.")


class ProviderRefused(ProviderError):
    """It understood and refused, and would refuse again: something is wrong on our side."""

    code = "payment_provider_refused"
    message = _(
        "This can't be paid by card just now. Nothing was charged, and trying again does not help. "
        "The office has been told; please get in touch with them."
    )
    why = _("The card provider refused.")


class ProviderDisconnected(ProviderError):
    """The account does not obey us any more, or there is none."""

    code = "payment_provider_disconnected"
    message = _("Cards can't be taken here at the moment. Nothing was charged. Please get in touch.")
    why = _("The account at the card provider is not connected any more.")

    def __init__(self, why: str = "", *, account: str = ""):
        super().__init__(why)
        self.account = account  # at the provider; empty where there is none


class TooLittleForACard(DomainError):
    code = "too_little_for_a_card"
    message = _("This sum is too small to be paid by card. Please get in touch.")


class ProviderNotConnected(DomainError):
    code = "payment_provider_not_connected"
    message = _("This way of paying is not set up here. Choose another one, or get in touch.")


class RefundNotOwed(DomainError):
    code = "refund_not_owed"
    message = _("This money need not be sent any more: it was settled in another way.")


class SettledGoesWhole(DomainError):
    code = "settled_goes_whole"

    def __init__(self, settled: str):
        message = _("What was settled otherwise goes back as a whole: enter %s or more.") % settled
        super().__init__(message, fields={"amount": [message]})


class SentByItself(DomainError):
    code = "refund_sent_by_provider"
    message = _("The payment provider sends this money by itself. Wait for its answer.")


class NothingDue(DomainError):
    code = "nothing_due"
    message = _("Nothing is due on this order.")


class NothingKept(DomainError):
    code = "nothing_kept"
    message = _("No money is kept for them from other orders any more.")


class RecordedAlready(DomainError):
    code = "recorded_already"

    def __init__(self, amount: str, reference: str):
        said = _("%(amount)s with the reference “%(reference)s” is recorded already. Is this another payment?")
        if not reference:
            said = _("%(amount)s was recorded a few minutes ago. Is this another payment?")
        message = said % {"amount": amount, "reference": reference}
        message = f"{message} {_('Then give it a reference of its own.')}"
        super().__init__(message, fields={"reference": [message]})


class DepositNotOffered(DomainError):
    code = "deposit_not_offered"
    message = _("A deposit can't be paid on this order. Pay the full price.")


class PaymentUnderWay(DomainError):
    code = "payment_under_way"
    message = _("A payment of this order is under way. Finish or cancel it first.")


class WrongAmount(DomainError):
    code = "wrong_amount"
    message = _("The amount is not what is due.")


class TooManyDecimals(DomainError):
    code = "too_many_decimals"
    message = _("This currency has fewer decimals than that.")


class CreditTooHigh(DomainError):
    code = "credit_too_high"
    message = _("That is more than the price.")


class RefundTooHigh(DomainError):
    code = "refund_too_high"
    message = _("That is more than is left of this payment.")


class TakenBackAlready(DomainError):
    code = "taken_back_already"
    message = _("This payment was taken back already.")


class UsedMeanwhile(DomainError):
    code = "payment_used_meanwhile"
    message = _("Something else was done with this money meanwhile, so it stays. Give it back as a refund.")


class SentMeanwhile(DomainError):
    code = "money_sent_meanwhile"
    message = _(
        "Other money for this went back meanwhile, perhaps because this was recorded. Give it back as a refund."
    )


class NoMoreTakenBack(DomainError):
    code = "no_more_taken_back"
    message = _("Only what was recorded by hand within the last ten minutes is taken back. Give it back as a refund.")


class RefundFailedBefore(DomainError):
    code = "refund_failed_before"

    def __init__(self, amount: str):
        super().__init__(
            _("%s could not be sent back before. Look after that first: try again, or say how it was settled.") % amount
        )


class ForgedWebhook(Exception):
    """A webhook that is not genuine, or not for this tenant. Refused with 400 and logged."""
