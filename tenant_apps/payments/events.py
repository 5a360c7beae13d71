from dataclasses import dataclass
from uuid import UUID

from shared_apps.events.bus import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(DomainEvent, name="payment.received"):
    """Money arrived, to the penny what was due. `too_late`: its order had been called off before."""

    payment_id: UUID
    order_id: UUID
    too_late: bool = False


@dataclass(frozen=True, kw_only=True)
class PaymentDeclined(DomainEvent, name="payment.declined"):
    """An attempt failed; the buyer may try again."""

    payment_id: UUID
    order_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class PaymentEnded(DomainEvent, name="payment.ended"):
    """A payment failed for good or was called off."""

    payment_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class WrongAmountArrived(DomainEvent, name="payment.wrong_amount"):
    """The provider took another amount than was due: somebody must look. `arrived` in major units, as text."""

    payment_id: UUID
    order_id: UUID
    arrived: str


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(DomainEvent, name="order.cancelled"):
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundRequested(DomainEvent, name="refund.requested"):
    refund_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundCompleted(DomainEvent, name="refund.completed"):
    refund_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundFailed(DomainEvent, name="refund.failed"):
    """Money could not be sent back: somebody must look."""

    refund_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundRetried(DomainEvent, name="refund.retried"):
    """The office asked to send money again that had come back."""

    refund_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundDropped(DomainEvent, name="refund.dropped"):
    """The office said that money which could not be sent back need not be sent any more."""

    refund_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class CreditGiven(DomainEvent, name="credit.given"):
    """Something was taken off what an order owes."""

    credit_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class DisputeClosed(DomainEvent, name="payment.dispute_closed"):
    """The bank decided: `won`, the money is the provider's again; or it is the buyer's."""

    payment_id: UUID
    order_id: UUID
    dispute_id: UUID
    won: bool


@dataclass(frozen=True, kw_only=True)
class AccountDisconnected(DomainEvent, name="payments.account_disconnected"):
    """The card provider's account refuses us: no payments or refunds by card until somebody connects it again."""

    account: str


@dataclass(frozen=True, kw_only=True)
class AccountConnected(DomainEvent, name="payments.account_connected"):
    """The card provider's account obeys us again."""

    account: str


@dataclass(frozen=True, kw_only=True)
class PaymentRefused(DomainEvent, name="payment.refused"):
    """The provider refused to open a payment: `reason` in its words. Trying again does not help."""

    payment_id: UUID
    order_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class PaymentDisputed(DomainEvent, name="payment.disputed"):
    """The buyer's bank wants the money back: somebody must answer at the provider."""

    payment_id: UUID
    order_id: UUID
    dispute_id: UUID | None = None
