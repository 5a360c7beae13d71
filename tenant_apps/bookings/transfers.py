"""Moving a booking to another date, and giving it more seats or fewer: seats and money in one step."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.locking import lock_row
from shared_apps.core.time import local, now
from shared_apps.events.bus import emit
from shared_apps.events.models import Event
from shared_apps.timers.services import set_timer
from tenant_apps.bookings.accepting import Accepting, accept_terms
from tenant_apps.bookings.answers import forget_answers
from tenant_apps.bookings.attendees import write_attendees
from tenant_apps.bookings.care import forget_care, refuse_too_young_for
from tenant_apps.bookings.claims import claim_of
from tenant_apps.bookings.details import lock_all_on_order
from tenant_apps.bookings.errors import AlreadyBooked, SameSession, TooManyAttendees, TooManySeats
from tenant_apps.bookings.events import AttendeesNamed, BookingTransferred, SeatsChanged
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.moved import known_otherwise
from tenant_apps.bookings.services import (
    MOST_SEATS,
    REMIND,
    REMIND_AFTER,
    confirm_booking,
    refuse_twice,
    what_it_costs,
)
from tenant_apps.bookings.transfer_quotes import (
    NewTerms,
    Shown,
    TransferQuote,
    new_terms,
    quote_of,
    refuse_unpaid,
    rest_by,
    why_not_movable,
)
from tenant_apps.payments.errors import PaymentUnderWay
from tenant_apps.payments.items import sell_otherwise
from tenant_apps.payments.models import OPEN_PAYMENTS, Refund
from tenant_apps.payments.orders import open_order
from tenant_apps.payments.refunds import lock_failed_refunds
from tenant_apps.payments.standing import lock_order
from tenant_apps.scheduling.claims import exchange_claim, lock_sessions
from tenant_apps.scheduling.models import SeatClaim, Session


@transaction.atomic
def transfer_booking(
    *, booking: Booking, to: Session, by: User | None, by_office: bool = False, keep_price: bool = False,
    shown: Shown | None = None, bank_details: str = "", accepting: Accepting | None = None,
) -> Booking:  # fmt: skip
    """The same booking goes on at another date: its people go along, and its seats change hands at one moment.

    What the new date costs less goes back, what it costs more is due; the booking stands there meanwhile. The office
    may `keep_price`. `shown`: the sums that somebody agreed to, which must still be right. A buyer may as long as
    cancelling would give back everything. Raises `NotTransferable`, `TransferTooLate`, `SameSession`, `AlreadyBooked`,
    `SessionFull` and its relatives, `PriceOnRequest`, `MostlyUnpaid`, `PaymentUnderWay` for a hold (close the payment
    first), `MovedMeanwhile`, `RefundFailedBefore`. `accepting`: what was said of the booking terms, which are asked
    again where others are in force by now; raises `TermsChanged`, `TermsNotAccepted`, and `TooYoung`.
    """
    booking = _locked(booking)
    sessions = lock_sessions([booking.session_id, to.pk])
    former, to = sessions[booking.session_id], sessions[to.pk]
    if refusal := why_not_movable(booking, by_office=by_office):
        raise refusal
    if to == former:
        raise SameSession
    if refusal := to.why_not_bookable(0, by_office=by_office):
        raise refusal
    refuse_too_young_for(booking, to)
    new = new_terms(booking, to, booking.seats, keep_price=keep_price)
    quote = _agreed(booking, new, shown=shown, by_office=by_office)
    before, counted = claim_of(booking), former.sequence + booking.calendar_sequence
    freely = _freely_since(booking, to) if by_office else None
    known = known_otherwise(booking, former)
    booking.session = to
    booking.calendar_sequence = max(0, counted + 1 - to.sequence)
    booking.came_at, booking.session_moved_at, booking.beside_another = now(), freely, False
    if accepting is not None:  # what is accepted from then on is accepted for the new date
        accept_terms(booking, accepting, by=by)
    if to.course_id != former.course_id:
        booking.cancellation_policy = new.terms.policy_rows
        people = [row.pk for row in booking.attendees.all()]
        forget_answers(people)  # another course asks something else
        if not to.course.asks_for_age:
            forget_care(people)
    if booking.hold_expires_at:
        booking.hold_expires_at = min(booking.hold_expires_at, to.ends_at if booking.by_office else to.starts_at)
    _exchange(booking, before, by_office=by_office)
    reason = _("Moved to %s") % f"{local(to.starts_at):%d %b %Y}"
    refunds = _charge(booking, new, reason=reason, by=by, bank_details=bank_details)
    _save(booking)
    emit(
        BookingTransferred(
            booking_id=booking.pk, from_session_id=former.pk, to_session_id=to.pk, by_buyer=not by_office,
            number=counted + 1, refund=str(quote.refund), by_hand=_by_hand(refunds), known=known,
            to_pay=str(quote.to_pay),
        ),
        by=by, subject=booking,
    )  # fmt: skip
    return _confirmed_if_settled(booking, by=by, by_office=by_office)


@transaction.atomic
def change_seats(
    *, booking: Booking, seats: int, by: User | None, by_office: bool = False, leaving: Sequence[UUID] = (),
    shown: Shown | None = None, bank_details: str = "",
) -> Booking:  # fmt: skip
    """More or fewer seats for a booking that stands; `leaving` are the attendees who come no more.

    Further seats cost what they cost now; of those that are given up the dearest go first, and their price goes back.
    `shown` and who may: as in `transfer_booking`, and so are the refusals; and `TooManySeats`, `TooManyAttendees`.
    """
    booking = _locked(booking)
    booking.session = lock_sessions([booking.session_id])[booking.session_id]
    if refusal := why_not_movable(booking, by_office=by_office):
        raise refusal
    if seats > MOST_SEATS and seats > booking.seats and not by_office:
        raise TooManySeats(MOST_SEATS)
    staying = [row for row in booking.attendees.all() if row.pk not in leaving]
    if len(staying) > seats:
        raise TooManyAttendees
    new = new_terms(booking, booking.session, seats)
    quote = _agreed(booking, new, shown=shown, by_office=by_office)
    before, seats_before = claim_of(booking), booking.seats
    if seats == seats_before:
        return booking
    booking.seats = seats
    seats_of_them = [{"name": row.name, "email": row.email, "seat": str(row.position)} for row in staying]
    named = write_attendees(booking, seats_of_them) if leaving else []
    _exchange(booking, before, by_office=by_office)
    refunds = _charge(booking, new, reason=_("Fewer seats"), by=by, bank_details=bank_details)
    _save(booking)
    if named:
        emit(AttendeesNamed(booking_id=booking.pk, seats=named), by=by, subject=booking)
    emit(
        SeatsChanged(
            booking_id=booking.pk, seats_before=seats_before, seats_after=seats, by_buyer=not by_office,
            number=Event.objects.filter(subject_id=booking.pk, name=SeatsChanged.name).count() + 1,
            refund=str(quote.refund), by_hand=_by_hand(refunds), to_pay=str(quote.to_pay),
        ),
        by=by, subject=booking,
    )  # fmt: skip
    return _confirmed_if_settled(booking, by=by, by_office=by_office)


def _locked(booking: Booking) -> Booking:
    """The booking with its order: bookings before orders before sessions, as everybody locks them."""
    lock_all_on_order(booking)
    booking = lock_row(Booking.objects.select_related("session__course", "order", "buyer"), booking.pk)
    if booking.order_id:  # money that is arriving now arrived before this, or comes after it
        booking.order = lock_order(booking.order_id)
        lock_failed_refunds(booking.order)
    return booking


def _agreed(booking: Booking, new: NewTerms, *, shown: Shown | None, by_office: bool) -> TransferQuote:
    quote = quote_of(booking, new)
    if shown is not None and shown != quote.shown:
        raise MovedMeanwhile
    if not by_office:
        refuse_unpaid(booking, new, quote)
    held = booking.status == BookingStatus.PENDING and booking.order is not None
    if held and booking.order and booking.order.payments.filter(status__in=OPEN_PAYMENTS).exists():
        raise PaymentUnderWay  # at a price that confirms no more than what it was for
    return quote


def _exchange(booking: Booking, before: SeatClaim, *, by_office: bool) -> None:
    refuse_twice(booking)
    exchange_claim(claim_of(booking), before=before, by_office=by_office)
    refuse_twice(booking)  # they may have booked it up to that moment


def _freely_since(booking: Booking, to: Session) -> datetime | None:
    """Since when its buyer may cancel for everything back, once the office moved it: if they could before."""
    if booking.is_free_to_cancel:
        return booking.session_moved_at
    former = booking.session
    worse = to.starts_at < former.starts_at or to.course_id != former.course_id
    return now() if worse and booking.policy.percent_at(now(), former.starts_at) == 100 else None


def _charge(booking: Booking, new: NewTerms, *, reason: str, by: User | None, bank_details: str) -> list[Refund]:
    """Let `booking` cost what it costs on `new` terms; what goes back."""
    costs = what_it_costs(booking, new.terms, new.parts)
    if booking.order:
        refunds = sell_otherwise(
            booking.order, booking.pk, costs=costs, rest_by=rest_by(new.terms), reason=reason, by=by,
            bank_details=bank_details,
        )  # fmt: skip
        booking.order.refresh_from_db()
        return refunds
    if new.price:
        booking.order = open_order(
            buyer=booking.buyer, currency=new.terms.currency, contact_email=booking.contact_email, **costs
        )
        if booking.status == BookingStatus.PENDING:
            set_timer(REMIND, at=now() + REMIND_AFTER, subject=booking)
    return []


def _save(booking: Booking) -> None:
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        raise AlreadyBooked from error


def _confirmed_if_settled(booking: Booking, *, by: User | None, by_office: bool) -> Booking:
    """A hold of which nothing is due any more is the buyer's."""
    if booking.status != BookingStatus.PENDING or (booking.order is None and not by_office):
        return booking
    if booking.order is not None and lock_order(booking.order.pk).due:
        return booking
    return confirm_booking(booking, by=by, by_office=by_office) if by_office else booking


def _by_hand(refunds: Sequence[Refund]) -> str:
    return str(sum((one.amount for one in refunds if one.is_by_hand), Decimal(0)))
