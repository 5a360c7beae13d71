"""What a seat costs, what must be paid when, and what a cancellation gives back. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shared_apps.core.freshness import recall
from shared_apps.core.money import quantise, share
from shared_apps.core.time import now
from shared_apps.tenants.context import current_tenant
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.branding.models import Settings
from tenant_apps.branding.policy import CancellationPolicy
from tenant_apps.scheduling.models import Session


@dataclass(frozen=True)
class Terms:
    """The terms on which `session` can be booked at this moment. Amounts are a seat's, in major units.

    `balance_due_at` is None when it is too late for a deposit; a `deposit_percent` of 0 means that none is offered.
    """

    price: Decimal | None
    currency: str
    deposit_percent: int
    balance_due_at: datetime | None
    policy: CancellationPolicy
    policy_rows: list[dict[str, Any]]
    hold_minutes: int

    @property
    def deposit(self) -> Decimal | None:
        """What a seat's deposit is; None when the full price is due at once."""
        return self.deposit_of(1)

    def deposit_of(self, seats: int, percent: Decimal | int | None = None) -> Decimal | None:
        """The deposit on `seats` seats; None when there is none to be had."""
        if not self.price or not self.balance_due_at:
            return None
        total = self.price * seats
        amount = share(total, self.deposit_percent if percent is None else percent, self.currency)
        return amount if 0 < amount < total else None


def terms_of(session: Session, *, settings: Settings | None = None) -> Terms:
    """The course's own terms where it has any, the tenant's otherwise.

    A deposit needs time for the balance: within the balance's due days the full price is due. The tenant's
    choices may be a second old, as on the page that was read before.
    """
    settings = settings or recall(Settings, Settings.objects.load)
    course = session.course
    percent = course.deposit_percent if course.deposit_percent is not None else settings.deposit_percent
    due_at = session.starts_at - timedelta(days=settings.balance_due_days)
    rows = course.cancellation_policy if course.cancellation_policy is not None else settings.cancellation_policy
    currency, price = current_tenant().currency, session.seat_price
    return Terms(
        price=None if price is None else quantise(price, currency),
        currency=currency,
        deposit_percent=percent,
        balance_due_at=due_at if due_at > now() else None,
        policy=CancellationPolicy.parse(rows),
        policy_rows=rows,
        hold_minutes=settings.hold_minutes,
    )


def is_free_now(booking: Booking) -> bool:
    """Whether a hold that was to be paid for costs nothing any more."""
    return booking.status == BookingStatus.PENDING and terms_of(booking.session).price == 0


@dataclass(frozen=True)
class RefundQuote:
    """What cancelling now gives back: `amount` of `held`, in major units."""

    percent: int
    held: Decimal
    amount: Decimal
    currency: str


def refund_quote(booking: Booking, *, at: datetime | None = None) -> RefundQuote:
    """What the buyer gets back for cancelling, by the policy that was shown when they booked."""
    order = booking.order
    if order is None:
        return RefundQuote(100, Decimal(0), Decimal(0), current_tenant().currency)
    percent = booking.policy.percent_at(at or now(), booking.session.starts_at)
    if booking.status == BookingStatus.PENDING:
        percent = 100
    held = order.held
    return RefundQuote(percent, held, share(held, percent, order.currency), order.currency)
