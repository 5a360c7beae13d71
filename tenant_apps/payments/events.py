from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.money import display
from shared_apps.core.types import JsonObject
from shared_apps.events.bus import DomainEvent, Find, Told


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(
    DomainEvent, name="payment.received", told=Told(_("Paid"), "banknote", "success"), about_money=True
):
    """Money arrived, to the penny what was due. `too_late`: its order had been called off before.

    `undo_offered`: whoever wrote it down reads that it can be taken back, so what is told of it waits a moment.
    """

    payment_id: UUID
    order_id: UUID
    too_late: bool = False
    undo_offered: bool = False

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)


@dataclass(frozen=True, kw_only=True)
class PaymentTakenBack(
    DomainEvent, name="payment.taken_back", told=Told(_("Payment taken back: recorded by mistake"), "undo-2"),
    about_money=True,
):  # fmt: skip
    """Money that was written down by hand never came: `refund_id` is the entry that takes it out again."""

    payment_id: UUID
    refund_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)


@dataclass(frozen=True, kw_only=True)
class KeptMoneyUsed(
    DomainEvent, name="payment.kept_money_used", told=Told(_("Money kept here paid another order"), "banknote"),
    about_money=True,
):  # fmt: skip
    """What was paid too much on this order paid another one: `payment_id` is of that."""

    payment_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)


@dataclass(frozen=True, kw_only=True)
class PaymentDeclined(
    DomainEvent, name="payment.declined", told=Told(_("Payment declined"), "circle-alert", "warning"), about_money=True
):
    """An attempt failed; the buyer may try again."""

    payment_id: UUID
    order_id: UUID
    reason: str

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)


@dataclass(frozen=True, kw_only=True)
class PaymentEnded(
    DomainEvent, name="payment.ended", told=Told(_("Payment ended unpaid"), "circle-x"), about_money=True
):
    """A payment failed for good or was called off."""

    payment_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)


@dataclass(frozen=True, kw_only=True)
class WrongAmountArrived(
    DomainEvent,
    name="payment.wrong_amount",
    told=Told(_("Another sum arrived than was asked for"), "circle-alert", "error"),
    about_money=True,
):
    """The provider took another amount than was due: somebody must look. `arrived` in major units, as text."""

    payment_id: UUID
    order_id: UUID
    arrived: str

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(DomainEvent, name="order.cancelled", told=Told(_("Order cancelled"), "receipt"), about_money=True):
    """What was ordered is called off as a whole."""

    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundRequested(
    DomainEvent, name="refund.requested", told=Told(_("Refund asked for"), "undo-2"), about_money=True
):
    """Money is to go back."""

    refund_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _refund(find)


@dataclass(frozen=True, kw_only=True)
class RefundCompleted(
    DomainEvent, name="refund.completed", told=Told(_("Refunded"), "undo-2", "success"), about_money=True
):
    """Money went back."""

    refund_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _refund(find)


@dataclass(frozen=True, kw_only=True)
class RefundFailed(
    DomainEvent, name="refund.failed", told=Told(_("Refund failed"), "circle-alert", "error"), about_money=True
):
    """Money could not be sent back: somebody must look."""

    refund_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _refund(find)

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        refund = find("refund_id")
        return [refund.failure_reason] if refund else []


@dataclass(frozen=True, kw_only=True)
class RefundRetried(DomainEvent, name="refund.retried", told=Told(_("Refund tried again"), "undo-2"), about_money=True):
    """The office asked to send money again that had come back."""

    refund_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _refund(find)


@dataclass(frozen=True, kw_only=True)
class RefundDropped(
    DomainEvent,
    name="refund.dropped",
    told=Told(_("Refund that failed: no longer to be sent"), "undo-2"),
    about_money=True,
):
    """Money that could not be sent back need not be sent any more: settled otherwise, sent anew, or a bank gave it."""

    refund_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _refund(find)


@dataclass(frozen=True, kw_only=True)
class RefundStillOwed(
    DomainEvent, name="refund.still_owed", told=Told(_("Still to be sent back"), "circle-alert"), about_money=True
):
    """What is left of money that could not be sent back, or is owed again since a bank changed its decision."""

    refund_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _refund(find)


@dataclass(frozen=True, kw_only=True)
class CreditGiven(DomainEvent, name="credit.given", told=Told(_("Taken off the price"), "receipt"), about_money=True):
    """Something was taken off what an order owes."""

    credit_id: UUID
    order_id: UUID

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        credit = find("credit_id")
        return display(credit.amount, credit.order.currency) if credit else ""


@dataclass(frozen=True, kw_only=True)
class DisputeClosed(
    DomainEvent,
    name="payment.dispute_closed",
    told=Told(_("The bank has decided"), "circle-alert", "warning"),
    about_money=True,
):
    """The bank decided: `won`, the money is the provider's again; or it is the buyer's."""

    payment_id: UUID
    order_id: UUID
    dispute_id: UUID
    won: bool

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)

    @classmethod
    def details(cls, payload: JsonObject, find: Find) -> list[str]:
        return [_t("won: the money is here again") if payload["won"] else _t("lost: the buyer has it")]


@dataclass(frozen=True, kw_only=True)
class AccountDisconnected(
    DomainEvent,
    name="payments.account_disconnected",
    told=Told(_("Cards switched off: Stripe refuses us"), "circle-alert", "error"),
):
    """An account at a payment provider refuses us: no payments or refunds there until somebody connects it again."""

    account: str
    provider: str = "stripe"  # of events that are stored without one


@dataclass(frozen=True, kw_only=True)
class AccountConnected(
    DomainEvent, name="payments.account_connected", told=Told(_("Cards switched on again"), "circle-check", "success")
):
    """An account at a payment provider obeys us again."""

    account: str
    provider: str = "stripe"


@dataclass(frozen=True, kw_only=True)
class PaymentRefused(
    DomainEvent, name="payment.refused", told=Told(_("Card payment refused"), "circle-alert", "error"), about_money=True
):
    """The provider refused to open a payment: `reason` in its words. Trying again does not help."""

    payment_id: UUID
    order_id: UUID
    reason: str

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)


@dataclass(frozen=True, kw_only=True)
class PaymentDisputed(
    DomainEvent,
    name="payment.disputed",
    told=Told(_("The bank wants the money back"), "circle-alert", "error"),
    about_money=True,
):
    """The buyer's bank wants the money back: somebody must answer at the provider."""

    payment_id: UUID
    order_id: UUID
    dispute_id: UUID | None = None

    @classmethod
    def amount(cls, payload: JsonObject, find: Find) -> str:
        return _payment(find)


def _payment(find: Find) -> str:
    payment = find("payment_id")
    if payment is None:
        return ""
    return f"{display(payment.amount, payment.currency)}, {payment.get_purpose_display()}, {payment.way.lower()}"


def _refund(find: Find) -> str:
    refund = find("refund_id")
    return display(refund.amount, refund.payment.currency) if refund else ""
