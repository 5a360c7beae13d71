"""What the pages of a booking show: answers that span models, or are not rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q

from shared_apps.accounts.models import Visitor
from shared_apps.core.hooks import Hook
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.core.time import now
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import LIVE, Booking, BookingStatus
from tenant_apps.bookings.transfer_quotes import why_not_movable
from tenant_apps.payments.models import (
    OPEN_PAYMENTS,
    Balance,
    Order,
    Payment,
    Refund,
    RefundStatus,
)
from tenant_apps.payments.models.balances import balances_of
from tenant_apps.payments.selectors import failed_refunds as unsettled_refunds
from tenant_apps.people.models import persons_of
from tenant_apps.scheduling.models import Session, SessionDay

# The page of somebody's own bookings is asked for: whoever knows more that is theirs adds it to its `context`.
also_mine = Hook()
LINK = "booking"  # what the link of a booking is signed for
NAMES = "booking_names"  # and the one that opens no more than who comes


def token_of(booking: Booking) -> str:
    """What opens a booking's pages without an account. Whoever has it may manage the booking."""
    return sign(LINK, [str(booking.pk), booking.link_number] if booking.link_number else str(booking.pk))


def booking_of(token: str, *, called_in: bool = False) -> Booking | None:
    """The booking that `token` opens, with what its pages tell; None if it was called in, or never was one of ours.

    With `called_in`, the booking of a token that opens nothing any more, too: tell nobody anything of it.
    """
    try:
        found = unsign(LINK, token)
    except BadSignature:
        return None
    pk, number = found if isinstance(found, list) else (found, 0)
    related = ("session__course", "session__place", "session__room", "session__trainer__person", "buyer", "order")
    opened = Q(pk=pk) if called_in else Q(pk=pk, link_number=number)
    return Booking.objects.select_related(*related).filter(opened).first()


def names_token(booking: Booking) -> str:
    """What opens the page of who comes, and nothing else: for whoever in a company knows that."""
    return sign(NAMES, [str(booking.pk), booking.link_number])


def booking_of_names(token: str) -> Booking | None:
    """The booking whose names `token` opens; None if it was called in, or never was one of ours."""
    try:
        pk, number = unsign(NAMES, token)
    except BadSignature:
        return None
    return Booking.objects.select_related("session__course", "buyer").filter(pk=pk, link_number=number).first()


def link_to(booking: Booking, page: str = "booking") -> str:
    """The absolute URL of one of the booking's pages, for emails and calendars."""
    return tenant_url(page, token_of(booking))


def other_dates(session: Session) -> list[Session]:
    """The next dates of the same course that can still be booked."""
    dates = Session.objects.public().bookable().with_seats().filter(course=session.course_id).exclude(pk=session.pk)
    return list(dates.select_related("course", "place").annotate(day_count=Count("days"))[:5])


def is_held(booking: Booking) -> bool:
    """Whether the seats wait for their payment and the time is not up."""
    return booking.status == BookingStatus.PENDING and not (
        booking.hold_expires_at and booking.hold_expires_at <= now()
    )


def can_extend(booking: Booking) -> bool:
    """Whether the buyer may still take more time; each hold has that once."""
    return is_held(booking) and booking.hold_expires_at is not None and booking.hold_extended_at is None


def hold_of(session: Session, *, ids: list[str], user: Visitor) -> Booking | None:
    """The hold on `session` that this browser (`ids` it remembers) or this user has."""
    holds = Booking.objects.filter(session=session, status=BookingStatus.PENDING, hold_expires_at__gt=now())
    holds = holds.select_related("buyer", "order")
    if found := holds.filter(pk__in=ids).first():
        return found
    return holds.filter(buyer__user=user).first() if user.is_authenticated else None


def hold_elsewhere(session: Session, *, ids: list[str], user: Visitor) -> Booking | None:
    """The hold on another date of the same course that this browser (`ids` it remembers) or this user has."""
    mine = Q(pk__in=ids) | Q(buyer__user=user) if user.is_authenticated else Q(pk__in=ids)
    holds = Booking.objects.filter(mine, status=BookingStatus.PENDING, hold_expires_at__gt=now())
    holds = holds.filter(session__course=session.course_id).exclude(session=session)
    return holds.select_related("session", "buyer", "order").order_by("-created_at").first()


def failed_refunds(booking: Booking) -> list[Refund]:
    """Money of this booking that could not be sent back, the oldest first."""
    return list(unsettled_refunds(booking.order)) if booking.order else []


def refunds_to_hand_over(booking: Booking) -> list[Refund]:
    """Money of this booking that a person must send, the oldest first."""
    if not booking.order_id:
        return []
    rows = Refund.objects.filter(payment__order=booking.order_id, status=RefundStatus.PENDING)
    return [refund for refund in rows.select_related("payment").order_by("created_at") if refund.is_by_hand]


def money_arrived(booking: Booking) -> bool:
    """Whether a hold's money is here, and the booking is just about to be confirmed by whoever heard of it first."""
    if booking.status != BookingStatus.PENDING or booking.order is None:
        return False
    return Payment.objects.filter(order=booking.order).that_came().exists()


def open_payments(booking: Booking) -> list[Payment]:
    """Payments of this booking that may still be made at a provider."""
    return list(booking.order.payments.filter(status__in=OPEN_PAYMENTS)) if booking.order else []


def paid_with(booking: Booking) -> list[Booking]:
    """What is paid with the same order as `booking`, in the order of their dates."""
    if booking.order_id is None:
        return []
    others = Booking.objects.filter(order=booking.order_id).exclude(pk=booking.pk).select_related("session__course")
    return list(others.order_by("session__starts_at"))


def days_of(session: Session) -> list[SessionDay]:
    """Each day of a session, in order."""
    return list(session.days.order_by("starts_at"))


def most_seats(session: Session, *, held: int = 0, at_once: int = 10) -> int:
    """How many seats a visitor can choose who holds `held` already."""
    return max(1, min(session.seats_left + held, at_once))


@dataclass(frozen=True)
class Owed:
    """What a list says of a booking's money, in major units."""

    currency: str
    paid: Decimal
    due: Decimal
    balance_due_at: datetime | None


@dataclass(frozen=True)
class Card:
    """One booking in its owner's list. `begins`: its next day, or its first when all are over.

    `for_whom` is the name of whoever booked, where that is somebody whom the owner of the list looks after.
    """

    booking: Booking
    token: str
    money: Owed | None
    begins: datetime
    for_whom: str = ""

    @property
    def movable(self) -> bool:
        """Whether its buyer may choose another date."""
        return why_not_movable(self.booking) is None

    @property
    def may_review(self) -> bool:
        """Whether it is over, and whoever booked may have come."""
        return may_have_come(self.booking)


@dataclass(frozen=True)
class OwnBookings:
    """A person's bookings: the very next one, the others to come, and those that are over."""

    next: Card | None
    upcoming: list[Card]
    past: list[Card]


def may_have_come(booking: Booking) -> bool:
    """Whether its session is over, and it stood until then."""
    stood = booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)
    return stood and booking.session.over_at <= now()


def own_bookings(user: Visitor) -> OwnBookings:
    """What `user` booked, or others whom they have access to; whatever their role is.

    The database is asked as often for all of them as for one.
    """
    rows = Booking.objects.filter(buyer__in=persons_of(user)).select_related(
        "session__course", "session__place", "order", "buyer"
    )
    rows = rows.prefetch_related("session__days")
    to_come: list[Card] = []
    over: list[Card] = []
    found = list(rows.order_by("session__starts_at"))
    balances = balances_of({row.order for row in found if row.order})
    for booking in found:
        live = booking.status in LIVE and booking.session.ends_at > now()
        days = (day.starts_at for day in booking.session.days.all() if day.ends_at > now())
        begins = next(days, booking.session.starts_at) if live else booking.session.starts_at
        for_whom = "" if booking.buyer.user_id == user.pk else booking.contact_name
        card = Card(booking, token_of(booking), _owed(booking.order, balances), begins, for_whom)
        (to_come if live else over).append(card)
    to_come.sort(key=lambda card: card.begins)
    first = next((card for card in to_come if card.booking.status == BookingStatus.CONFIRMED), None)
    return OwnBookings(first, [card for card in to_come if card is not first], over[::-1])


def _owed(order: Order | None, balances: Mapping[Order, Balance]) -> Owed | None:
    if order is None:
        return None
    return Owed(order.currency, balances[order].paid, balances[order].due, order.balance_due_at)
