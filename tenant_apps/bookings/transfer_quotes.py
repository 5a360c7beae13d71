"""What another date, or another number of seats, would cost; and who may choose it. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from shared_apps.core.errors import DomainError
from shared_apps.core.money import display
from shared_apps.core.time import local, now
from shared_apps.tenants.context import current_tenant
from tenant_apps.bookings.errors import HeldOtherwise, MostlyUnpaid, NotTransferable, TransferTooLate
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.terms import Seats, Terms, percent_back, seats_of_hold, terms_of
from tenant_apps.payments.lines import BESIDE
from tenant_apps.payments.models import Balance
from tenant_apps.payments.parts import parts_of
from tenant_apps.payments.refunds import goes_by_hand
from tenant_apps.scheduling.errors import PriceOnRequest
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.policy import end_of_day_before

NOTHING = Decimal(0)
REST_WITHIN = timedelta(days=3)  # is to be paid what another date costs more, where no balance is due later anyhow


@dataclass(frozen=True)
class TransferQuote:
    """What the money of a booking would do, in major units.

    `difference` is the new price less the former one. `refund` goes back at once, `by_hand` of it by people. `to_pay`
    is what is to be paid because of it, of all that is `due` then; `due_by` is until when. There is no `fee`.
    """

    price: Decimal
    difference: Decimal
    refund: Decimal
    to_pay: Decimal
    due: Decimal
    currency: str
    due_by: datetime | None = None
    by_hand: Decimal = NOTHING
    fee: Decimal = NOTHING

    @property
    def former(self) -> Decimal:
        """The price until now."""
        return self.price - self.difference

    @property
    def shown(self) -> "Shown":
        """What a page shows of it, to be sent back with the answer."""
        return Shown(self.refund, self.to_pay)


@dataclass(frozen=True)
class Shown:
    """The sums that somebody agreed to."""

    refund: Decimal
    to_pay: Decimal

    def __str__(self) -> str:
        return f"{self.refund:.2f} {self.to_pay:.2f}"


@dataclass(frozen=True)
class NewTerms:
    """What a booking is to be: on which terms, and at which prices its seats."""

    terms: Terms
    parts: Sequence[Seats]
    deposit: Decimal | None

    @property
    def price(self) -> Decimal:
        return sum((part.total for part in self.parts), NOTHING)


def price_of(booking: Booking) -> Decimal:
    """What its seats cost now, as they were sold."""
    return sum((part.total for part in _sold(booking)), NOTHING)


def new_terms(booking: Booking, to: Session, seats: int, *, keep_price: bool = False) -> NewTerms:
    """What `seats` of `to` cost whoever has `booking`. Raises `PriceOnRequest`.

    On another date a seat costs what it costs there now, or with `keep_price` what it did. On the same one the seats
    that were bought cost what they did, the cheapest first, and further ones what they cost now.
    """
    terms, sold = terms_of(to), _sold(booking)
    if keep_price:
        parts = _so_many(sold, seats, sold[-1].price)
    elif to.pk == booking.session_id and booking.status == BookingStatus.PENDING:
        if terms.price is None and seats > booking.seats:
            raise PriceOnRequest
        parts = seats_of_hold(booking, seats, terms)
    elif to.pk == booking.session_id:
        if terms.price is None and seats > booking.seats:
            raise PriceOnRequest
        parts = _so_many(sold, seats, terms.price or NOTHING)
    elif terms.price is None:
        raise PriceOnRequest
    else:
        parts = [Seats(seats, terms.price)]
    total = sum((part.total for part in parts), NOTHING)
    return NewTerms(terms, parts, terms.deposit_on(total, booking.deposit_percent) if _is_alone(booking) else None)


def quote_transfer(booking: Booking, to: Session, *, keep_price: bool = False) -> TransferQuote:
    """What moving `booking` to another date means for its money now. Raises `PriceOnRequest`."""
    return quote_of(booking, new_terms(booking, to, booking.seats, keep_price=keep_price))


def quote_seats(booking: Booking, seats: int) -> TransferQuote:
    """What having so many seats means for its money now. Raises `PriceOnRequest`."""
    return quote_of(booking, new_terms(booking, booking.session, seats))


def quote_of(booking: Booking, new: NewTerms) -> TransferQuote:
    """What `new` terms mean for the money of `booking`."""
    order, difference = booking.order, new.price - price_of(booking)
    before = order.balance if order else Balance(NOTHING, cancelled=False)
    after = replace(before, total=before.total + difference)
    refund = max(NOTHING, after.surplus - before.surplus)
    to_pay = max(NOTHING, after.due - before.due) if new.deposit else after.due
    due_by = new.terms.balance_due_at if new.deposit else rest_by(new.terms)
    return TransferQuote(
        price=new.price, difference=difference, refund=refund, to_pay=to_pay, due=after.due,
        currency=new.terms.currency, due_by=due_by if after.due and booking.confirmed_at else None,
        by_hand=goes_by_hand(order, refund) if order and refund else NOTHING,
    )  # fmt: skip


def difference_text(difference: Decimal) -> str:
    """How much more or less something costs, in words."""
    if not difference:
        return _("same price")
    text = _("%s more") if difference > 0 else _("%s less")
    return text % display(abs(difference), current_tenant().currency)


def rest_by(terms: Terms) -> datetime:
    """Until when the rest of a price is to be paid that became higher: at the end of a day, before it begins."""
    last = local(now() + REST_WITHIN).replace(hour=23, minute=59, second=59, microsecond=0)
    return min(last, terms.starts_at)


def why_not_movable(booking: Booking, *, by_office: bool = False) -> DomainError | None:
    """Why its buyer, or the office, may not choose another date or number of seats now; None while they may.

    Buyers may as long as cancelling would give back everything, so it gives nobody more than cancelling and booking
    anew would; the office until the session is over.
    """
    if not booking.is_live:
        return NotTransferable()
    if by_office:
        return NotTransferable() if booking.session.ends_at <= now() else None
    if booking.session.has_started:
        return TransferTooLate()
    return TransferTooLate() if percent_back(booking) < 100 else None


def movable_until(booking: Booking) -> datetime | None:
    """Until when its buyer may choose another date; None: until it begins."""
    if booking.order_id is None or booking.is_free_to_cancel or booking.status == BookingStatus.PENDING:
        return None
    steps = [step for step in booking.policy.steps if step.percent == 100]
    return end_of_day_before(booking.session.starts_at, steps[-1].days) if steps and steps[-1].days else None


def refuse_unpaid(booking: Booking, new: NewTerms, quote: TransferQuote) -> None:
    """A buyer who owes the most of what they choose books it anew, where it is held until they pay.

    Else a cheap seat would keep dear ones for nothing. Raises `MostlyUnpaid`, `HeldOtherwise`.
    """
    if booking.status == BookingStatus.PENDING:
        if not new.price and booking.order_id:
            raise HeldOtherwise  # what costs nothing is confirmed by the link in an email
        return
    if quote.difference <= 0 or not quote.due:
        return
    here = booking.order.balance.held if booking.order else NOTHING
    if here < min(new.deposit or quote.price, quote.price / 2):
        raise MostlyUnpaid


def _sold(booking: Booking) -> list[Seats]:
    """Its seats as they were sold, the cheapest first."""
    lines = booking.order.lines.standing().exclude(item_type__in=BESIDE) if booking.order else []
    own = [Seats(line.quantity, line.unit_price) for line in lines if line.item_id in (booking.pk, None)]
    return sorted(own, key=lambda part: part.price) or [Seats(booking.seats, NOTHING)]


def _so_many(sold: Sequence[Seats], seats: int, price: Decimal) -> list[Seats]:
    counted: Counter[Decimal] = Counter()
    for part in sold:
        counted[part.price] += min(part.count, seats - counted.total())
    counted[price] += seats - counted.total()
    return [Seats(count, each) for each, count in sorted(counted.items()) if count]


def _is_alone(booking: Booking) -> bool:
    return booking.order is None or parts_of(booking.order).stands_alone(booking.pk)
