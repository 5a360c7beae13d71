"""What a seat costs, what must be paid when, and what a cancellation gives back. Reads only."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared_apps.core.errors import DomainError
from shared_apps.core.money import fits_a_card, quantise, share
from shared_apps.core.time import local, now
from shared_apps.core.types import JsonObject
from shared_apps.tenants.context import current_tenant
from shared_apps.web.page_cache import recall
from tenant_apps.bookings.errors import NobodyToPay
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.payments.parts import parts_of
from tenant_apps.payments.providers import takes_online_payments
from tenant_apps.payments.won_back import if_won
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.models import BookingTerms
from tenant_apps.terms.policy import CancellationPolicy, end_of_day_before


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
    policy_rows: list[JsonObject]
    hold_minutes: int
    starts_at: datetime

    @property
    def cancelling(self) -> list[str]:
        """What cancelling gives back, with the days that it means here; a sentence each."""
        return self.policy.sentences(self.starts_at)

    @property
    def deposit(self) -> Decimal | None:
        """What a seat's deposit is; None when the full price is due at once."""
        return self.deposit_of(1)

    def deposit_of(self, seats: int, percent: Decimal | int | None = None) -> Decimal | None:
        """The deposit on `seats` seats; None when there is none to be had.

        Nor is there one when it, or what remains, would be too little for a card.
        """
        return self.deposit_on((self.price or Decimal(0)) * seats, percent)

    def deposit_on(self, total: Decimal, percent: Decimal | int | None = None) -> Decimal | None:
        """The deposit on what costs `total`, as `deposit_of`."""
        if not total or not self.balance_due_at:
            return None
        amount = share(total, self.deposit_percent if percent is None else percent, self.currency)
        return amount if fits_a_card(amount, self.currency) and fits_a_card(total - amount, self.currency) else None


def terms_shown(session: Session, *, usual: BookingTerms | None = None) -> Terms:
    """The terms for a page that only shows them: the tenant's choices may be a second old. Never write by these."""
    return terms_of(session, usual=usual or recall(BookingTerms, BookingTerms.objects.load))


def balance_due(starts_at: datetime, days: int, *, at: datetime) -> datetime | None:
    """Until when a balance may be paid: the end of the day that lies `days` before the start.

    None when that day has come at the moment `at`: then there is no time for a deposit.
    """
    due_at = end_of_day_before(starts_at, days)
    return due_at if local(due_at).date() > at.astimezone(local(due_at).tzinfo).date() else None


def terms_of(session: Session, *, usual: BookingTerms | None = None) -> Terms:
    """The course's own terms where it has any, the tenant's otherwise, read afresh.

    A deposit needs time for the balance: from the day on which a balance would be due the full price is due.
    """
    usual = usual or BookingTerms.objects.load()
    course = session.course
    percent = course.deposit_percent if course.deposit_percent is not None else usual.deposit_percent
    rows = course.cancellation_policy if course.cancellation_policy is not None else usual.cancellation_policy
    currency, price = current_tenant().currency, session.seat_price
    return Terms(
        price=None if price is None else quantise(price, currency),
        currency=currency,
        deposit_percent=percent,
        balance_due_at=balance_due(session.starts_at, usual.balance_due_days, at=now()),
        policy=CancellationPolicy.parse(rows),
        policy_rows=rows,
        hold_minutes=usual.hold_minutes,
        starts_at=session.starts_at,
    )


@dataclass(frozen=True)
class Seats:
    """Seats that cost the same: how many, and the price of one."""

    count: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        """What all of them cost."""
        return self.price * self.count


def seats_of_hold(booking: Booking, seats: int, terms: Terms) -> list[Seats]:
    """What `seats` cost whoever holds `booking`, on the `terms` of now.

    The seats that are held cost what they did, or less if they cost less now; further ones cost what they cost now.
    """
    lines = booking.order.lines.standing().order_by("unit_price") if booking.order else []
    own = [Seats(line.quantity, line.unit_price) for line in lines if line.item_id in (booking.pk, None)]
    held = own or [Seats(booking.seats, Decimal(0))]
    counted: Counter[Decimal] = Counter()
    for part in held:
        count = min(part.count, seats - counted.total())
        counted[part.price if terms.price is None else min(part.price, terms.price)] += count
    if more := seats - counted.total():
        assert terms.price is not None
        counted[terms.price] += more
    return [Seats(count, price) for price, count in sorted(counted.items()) if count]


def why_not_payable(session: Session) -> DomainError | None:
    """Why a visitor could not pay for a seat of `session`; None if they can, or if it costs nothing."""
    if not session.seat_price or takes_online_payments():
        return None
    return NobodyToPay()


def is_free_now(booking: Booking) -> bool:
    """Whether a hold that was to be paid for costs nothing any more."""
    if booking.status != BookingStatus.PENDING:
        return False
    return not sum(part.total for part in seats_of_hold(booking, booking.seats, terms_of(booking.session)))


@dataclass(frozen=True)
class RefundQuote:
    """What cancelling now gives back: `amount` of the `held` money that is here for it, in major units.

    That is `percent` of the price as far as it is paid, and with the last thing on an order all that was `overpaid`:
    what is here beyond the price, and what was to go back already and could not. What the office `settled` otherwise
    is given back no second time. What a bank is deciding about goes back `later`, if it leaves it with us.
    """

    percent: int
    held: Decimal
    amount: Decimal
    currency: str
    overpaid: Decimal = Decimal(0)
    settled: Decimal = Decimal(0)
    later: Decimal = Decimal(0)


def refund_quote(booking: Booking, *, at: datetime | None = None) -> RefundQuote:
    """What the buyer gets back for cancelling, by the policy that was shown when they booked.

    Everything, if the session was moved since then.
    """
    order, percent = booking.order, percent_back(booking, at=at)
    if order is None:
        return RefundQuote(percent, Decimal(0), Decimal(0), current_tenant().currency)
    parts = parts_of(order)
    paid = parts.part(booking.pk).paid
    amount = share(paid, percent, order.currency)
    later = sum((one.back for one in if_won(order, booking.pk, percent=percent) if one.is_open), Decimal(0))
    if not parts.stands_alone(booking.pk):
        return RefundQuote(percent, paid, amount, order.currency, later=later)
    overpaid = parts.beyond + parts.promised
    held = paid + overpaid + parts.settled
    return RefundQuote(percent, held, amount + overpaid, order.currency, overpaid, parts.settled, later)


def percent_back(booking: Booking, *, at: datetime | None = None) -> int:
    """How many per cent of its price the buyer gets back for cancelling: all of it, where it was moved or only held."""
    if booking.order_id is None or booking.status == BookingStatus.PENDING or booking.is_free_to_cancel:
        return 100
    return booking.policy.percent_at(at or now(), booking.session.starts_at)


def why_nothing_goes_back(booking: Booking) -> str:
    """Why a cancelled booking gives nothing back now, for whoever tells its buyer.

    `unpaid`; the `bank` is deciding, or has given it back (`lost`); it went `back` before; it was `settled` another
    way; or the `terms` keep it.
    """
    balance = booking.order.balance if booking.order else None
    if balance is None or not balance.paid:
        return "unpaid"
    if balance.disputed:
        return "bank"
    if balance.held <= 0:
        return "lost" if balance.lost else "back"
    return "settled" if balance.settled >= balance.held else "terms"
