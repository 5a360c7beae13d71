from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError


class ProviderUnavailable(DomainError):
    status = 503
    code = "payment_provider_unavailable"
    message = "Card payments are not answering right now. Nothing was charged. Try again in a moment."


class ProviderNotConnected(DomainError):
    code = "payment_provider_not_connected"
    message = "This way of paying is not set up here. Choose another one, or get in touch."


class NothingDue(DomainError):
    code = "nothing_due"
    message = "Nothing is due on this order."


class DepositNotOffered(DomainError):
    code = "deposit_not_offered"
    message = "A deposit can't be paid on this order. Pay the full price."


class PaymentUnderWay(DomainError):
    code = "payment_under_way"
    message = "A payment of this order is under way. Finish or cancel it first."


class WrongAmount(DomainError):
    code = "wrong_amount"
    message = "The amount is not what is due."


class TooManyDecimals(DomainError):
    code = "too_many_decimals"
    message = _("This currency has fewer decimals than that.")


class RefundTooHigh(DomainError):
    code = "refund_too_high"
    message = "That is more than is left of this payment."


class ForgedWebhook(Exception):
    """A webhook that is not genuine, or not for this tenant. Refused with 400 and logged."""
