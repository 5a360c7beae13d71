"""Booking seats: holding, confirming, expiring, cancelling."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from shared_apps.accounts.models import User
from shared_apps.accounts.services import owns_email
from shared_apps.core.errors import DomainError, MovedMeanwhile
from shared_apps.core.ids import uuid7
from shared_apps.core.locking import lock_row
from shared_apps.core.models import Row, know
from shared_apps.core.queries import made_once
from shared_apps.core.states import Actor, move, why_not
from shared_apps.core.time import local, now
from shared_apps.events.bus import emit
from shared_apps.timers.services import cancel_timer, new_timer, set_timer
from tenant_apps.bookings.accepting import Accepting, accept_terms, new_acceptance
from tenant_apps.bookings.answer_readers import Reader
from tenant_apps.bookings.answers import AnswersGiven, answer_for_seats
from tenant_apps.bookings.attendees import write_attendees
from tenant_apps.bookings.care import GivenCare, give_care, new_care
from tenant_apps.bookings.claims import claim_of
from tenant_apps.bookings.details import BookingDetails, hand_over_ended, lock_all_on_order
from tenant_apps.bookings.errors import (
    AlreadyBooked,
    DepositTooLow,
    PaidWithOthers,
    TooManyAttendees,
    TooManySeats,
    TotalTooHigh,
)
from tenant_apps.bookings.events import (
    BookingCancelled,
    BookingChanged,
    BookingConfirmed,
    BookingHeld,
)
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import paid_with
from tenant_apps.bookings.terms import Seats, Terms, is_free_now, refund_quote, seats_of_hold, terms_of
from tenant_apps.checkout.errors import HoldOver, ProofNeeded
from tenant_apps.payments.errors import RefundTooHigh
from tenant_apps.payments.items import add_to_order, cancel_item
from tenant_apps.payments.lines import Costs, Line
from tenant_apps.payments.models import Order, Refund
from tenant_apps.payments.orders import fulfil_order, new_order, open_order, reprice_order
from tenant_apps.payments.refunds import lock_failed_refunds
from tenant_apps.payments.standing import lock_order
from tenant_apps.people.models import Person
from tenant_apps.people.services import make_student, record_that_stands
from tenant_apps.scheduling.claims import confirm_claim, hand_over_claim, release_claim, resize_claim, take_seats
from tenant_apps.scheduling.errors import PriceOnRequest
from tenant_apps.scheduling.models import Offer, Session

MOST_SEATS = 10  # that a buyer takes alone; larger groups talk to the office
MOST_TOTAL = Decimal("9999999999.99")  # that an order can hold
REMIND = "bookings.remind_of_hold"
REMIND_AFTER = timedelta(minutes=10)  # whoever pays at once needs no email that asks for it
SOLD_AS = "bookings.booking"  # what the lines of an order call a booking
OFFICE_HOLD = timedelta(hours=24)  # booked on the phone: time to find the email and pay


@transaction.atomic
def book_seats(
    *, session: Session, buyer: Person, seats: int = 1, by: User | None, by_office: bool = False,
    attendees: Sequence[dict[str, str]] = (), deposit_percent: Decimal | None = None,
    form_key: UUID | None = None, offer: Offer | None = None, proven: bool = False, order: Order | None = None,
    until: datetime | None = None, booking_id: UUID | None = None, accepting: Accepting | None = None,
    care: Sequence[GivenCare | None] = (), answers: Sequence[AnswersGiven] = (),
    **details: Unpack[BookingDetails],
) -> Booking:  # fmt: skip
    """Hold seats until they are paid for, free ones until the buyer's address is proven, or the session begins.

    The office holds them for a day, on the session's first day until that is over: see `office_hold`. It books until
    the session is over, too.

    Free seats are confirmed at once for the office, for an account (`by`) that proved the address, and for who has
    `proven` it by the link in an email. The seats of an accepted `offer` are taken over from it. With an `order` they
    are one more thing on that, held `until` no later than the others.

    `attendees` as `{name, email}`, at most one a seat; `answers` to their questions in the same order.
    `deposit_percent` (0-100) asks for another deposit than the usual; visitors may only offer more. `details`:
    contact_name, contact_phone, company, special_requests. A `form_key` seen before gives the booking it made; a new
    one gets `booking_id`. `accepting`: what was said of the booking terms; None: nobody asked yet. `care`: what was
    said of the age of each of `attendees`, and of who looks after them. Raises `TooYoung`, `SessionFull` and its
    relatives, `AlreadyBooked`, `PriceOnRequest`, `DepositTooLow`, `TooManyAttendees`, `TooManySeats`, `TotalTooHigh`,
    `TermsChanged`, `TermsNotAccepted`, `NoTerms`, `FileNotTaken`.
    """
    if form_key and (known := Booking.objects.filter(form_key=form_key).first()):
        return known
    buyer, typed = record_that_stands(buyer), buyer.email
    if buyer.email != typed and not details.get("contact_email"):
        details["contact_email"] = typed
    terms = terms_of(session)
    if terms.price is None:
        raise PriceOnRequest
    if seats > MOST_SEATS and not by_office and offer is None:
        raise TooManySeats(MOST_SEATS)
    if len(attendees) > seats:
        raise TooManyAttendees
    agreed = _agreed(terms, deposit_percent, by_office=by_office)
    held_until = office_hold(session) if by_office else now() + timedelta(minutes=terms.hold_minutes)
    latest = session.ends_at if by_office else session.starts_at
    details.setdefault("contact_name", buyer.name)
    booking = Booking(
        id=booking_id or uuid7(), session=session, buyer=buyer, seats=seats, form_key=form_key,
        cancellation_policy=terms.policy_rows, deposit_percent=agreed, by_office=by_office,
        hold_expires_at=min(held_until, until or latest, latest),
        **details,
    )  # fmt: skip
    accepted = [one] if (one := new_acceptance(booking, accepting, by=by)) else []
    know(booking, "acceptances", accepted)
    claimed = _claim_seats(booking, offer)
    rows = [*_put_on_order(booking, terms, order), booking, *claimed, *accepted]
    write_attendees(booking, attendees, together=rows)
    rows += new_care(booking, care, by=by, by_office=by_office)
    to_prove = not (terms.price or by_office or proven or owns_email(by, buyer.email))
    held = BookingHeld(booking_id=booking.pk, by_office=by_office, to_prove=to_prove)
    try:
        emit(held, by=by, subject=booking, together=rows)
    except IntegrityError as error:  # the same buyer has seats, or this form was sent a moment earlier
        raise AlreadyBooked from error
    answer_for_seats(booking, answers)
    return (
        booking
        if terms.price or to_prove
        else confirm_booking(booking, by=by, by_office=by_office, acting=None if by_office else Actor.BUYER)
    )


@transaction.atomic
def change_held_booking(
    booking: Booking, *, seats: int, attendees: Sequence[dict[str, str]] = (), buyer: Person | None = None,
    by: User | None = None, accepting: Accepting | None = None, care: Sequence[GivenCare | None] = (),
    answers: Sequence[AnswersGiven] = (), **details: Unpack[BookingDetails],
) -> Booking:  # fmt: skip
    """The buyer went back: other seats, names, requests or address on a booking that is held and not being paid.

    The hold's end does not move, nor does the share that was agreed as its deposit. What the seats cost then: see
    `seats_of_hold`; what costs nothing now is confirmed once the address is proven. Raises `HoldOver`, `SessionFull`
    and its relatives, `TooManyAttendees`, `AlreadyBooked`, `PriceOnRequest`, `PaidWithOthers` for another buyer,
    `PaymentUnderWay` (close the payment first), `AnsweredThemselves`, and of the terms what `book_seats` raises.
    """
    if buyer is not None:
        typed, buyer = buyer.email, record_that_stands(buyer)
        if buyer.email != typed and not details.get("contact_email"):
            details["contact_email"] = typed
        lock_all_on_order(booking)
    booking = lock_row(Booking.objects.select_related("session__course"), booking.pk)
    if booking.status != BookingStatus.PENDING:
        raise HoldOver
    if len(attendees) > seats:
        raise TooManyAttendees
    former_buyer = booking.buyer_id
    other_buyer = buyer is not None and buyer.pk != former_buyer
    if buyer is not None and other_buyer:
        if any(other.stands for other in paid_with(booking)):
            raise PaidWithOthers
        booking.buyer = buyer
        refuse_twice(booking)
        hand_over_ended(booking, to=buyer)
    before, was_free = booking.seats, booking.order_id is None
    terms = terms_of(booking.session)
    if seats > before and terms.price is None:
        raise PriceOnRequest
    parts = seats_of_hold(booking, seats, terms)
    is_free = not sum(part.total for part in parts)
    booking.seats = seats
    if seats != before or other_buyer:
        resize_claim(claim_of(booking), before=before)
        refuse_twice(booking)
    for field, value in details.items():
        setattr(booking, field, value)
    if booking.order and (seats != before or other_buyer or is_free):
        costs = what_it_costs(booking, terms, parts)
        booking.order = reprice_order(booking.order, buyer=booking.buyer, contact_email=booking.contact_email, **costs)
    elif not booking.order and not is_free:
        costs = what_it_costs(booking, terms, parts)
        booking.order = open_order(
            buyer=booking.buyer, currency=terms.currency, contact_email=booking.contact_email, **costs
        )
        set_timer(REMIND, at=now() + REMIND_AFTER, subject=booking)
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        raise AlreadyBooked from error
    write_attendees(booking, attendees, former_buyer=former_buyer if other_buyer else None)
    answer_for_seats(booking, answers, reader=Reader.BUYER)
    give_care(booking, care, by=by)
    if accepting is not None:
        accept_terms(booking, accepting, by=by)
    proven = is_free and (booking.by_office or owns_email(by, booking.buyer.email))
    to_prove = is_free and not proven and (other_buyer or not was_free)
    emit(
        BookingChanged(booking_id=booking.pk, seats_before=before, seats_after=seats, to_prove=to_prove),
        by=by, subject=booking,
    )  # fmt: skip
    settled = not is_free and booking.order is not None and not lock_order(booking.order.pk).due  # all was taken off
    return confirm_booking(booking, by=by, acting=Actor.BUYER) if proven or settled else booking


@transaction.atomic
def confirm_if_free(booking: Booking, *, by: User | None = None, proven: bool = False) -> bool:
    """A hold whose session costs nothing any more is confirmed; whether it was.

    `proven`: by the link in our email. Raises `ProofNeeded` without it, unless `by` proved the address or the office
    made the booking; `PaymentUnderWay` (close the payment first).
    """
    booking = lock_row(Booking.objects.select_related("session__course", "order", "buyer"), booking.pk)
    if not is_free_now(booking):
        return False
    if not (proven or booking.by_office or owns_email(by, booking.buyer.email)):
        raise ProofNeeded
    if booking.order:
        terms = terms_of(booking.session)
        parts = seats_of_hold(booking, booking.seats, terms)
        costs = what_it_costs(booking, terms, parts)
        reprice_order(booking.order, contact_email=booking.contact_email, **costs)
    confirm_booking(booking, by=by, acting=Actor.BUYER)
    return True


@transaction.atomic
def confirm_booking(
    booking: Booking, *, by: User | None = None, by_office: bool = False, acting: Actor | None = None
) -> Booking:
    """The seats are the buyer's; `by_office`: the office knows. Raises `MovedMeanwhile` when the hold ended first."""
    ran_out = booking.status == BookingStatus.EXPIRED
    move(
        booking, "status", BookingStatus.CONFIRMED, by=by, acting=acting, confirmed_at=now(), hold_expires_at=None,
    )  # fmt: skip
    if ran_out:  # a calendar that was told so hears that it takes place after all
        booking.calendar_sequence += 1
        booking.save(update_fields=["calendar_sequence"])
    cancel_timer(REMIND, subject=booking)
    confirm_claim(claim_of(booking))
    make_student(booking.buyer)
    emit(BookingConfirmed(booking_id=booking.pk, by_office=by_office), by=by, subject=booking)
    return booking


@transaction.atomic
def cancel_booking(
    booking: Booking, *, by: User | None, reason: str = "", by_office: bool = False, refund: Decimal | None = None,
    everything: bool = False, bank_details: str = "", for_another_date: bool = False, acting: Actor | None = None,
) -> Booking:  # fmt: skip
    """Give the seats back, and the money as the policy says; the office may say how much instead, or `everything`.

    A buyer may cancel until the session begins; the `refund` they were shown must still be right. `bank_details`
    say where money goes that the office transfers. `acting`: as what, else as the buyer or `by_office`.
    Raises `NotCancellable`, `MovedMeanwhile`, `RefundTooHigh`.
    """
    booking = lock_row(Booking.objects.select_related("session", "order"), booking.pk)
    acting = acting or (None if by_office else Actor.BUYER)
    if refusal := why_not(booking, "status", BookingStatus.CANCELLED, by=by, acting=acting):
        raise refusal
    if booking.order_id:  # money that is arriving now arrived before this, or comes after it and goes back
        booking.order = lock_order(booking.order_id)
        lock_failed_refunds(booking.order)  # else money is settled otherwise and sent, both at this moment
    quote = refund_quote(booking)
    if refund is not None and not by_office and refund != quote.amount:
        raise MovedMeanwhile
    amount = quote.held - quote.settled if everything else quote.amount if refund is None else refund
    if amount > quote.held - quote.settled:
        raise RefundTooHigh
    claim = claim_of(booking)
    move(
        booking, "status", BookingStatus.CANCELLED, by=by, acting=acting, reason=reason, cancelled_at=now(),
        cancel_reason=reason[:300],
    )  # fmt: skip
    cancel_timer(REMIND, subject=booking)
    release_claim(claim)
    refunds: list[Refund] = []
    if booking.order:
        refunds = cancel_item(
            booking.order, booking.pk, refund=amount, reason=reason or "Booking cancelled", by=by,
            bank_details=bank_details, percent=100 if everything else quote.percent,
        )  # fmt: skip
        fulfil_if_over(booking.order.pk)
    by_hand = sum((one.amount for one in refunds if one.is_by_hand), Decimal(0))
    emit(
        BookingCancelled(
            booking_id=booking.pk, by_buyer=not by_office, refund=str(amount), by_hand=str(by_hand),
            for_another_date=for_another_date,
        ),
        by=by, subject=booking, note=reason,
    )  # fmt: skip
    return booking


def office_hold(session: Session) -> datetime:
    """Until when the office keeps seats for somebody who rang.

    Who is expected on the first day may pay at the door: seats that would come back on that day are kept to its end.
    """
    until = now() + OFFICE_HOLD
    first = session.days.order_by("starts_at").first()
    if first and until.astimezone(first.zone).date() >= first.starts_at.astimezone(first.zone).date():
        until = max(until, first.ends_at)
    return min(until, session.ends_at)


def fulfil_if_over(order_id: UUID) -> None:
    """Once all that stands on an order is over, what it cost is earned."""
    on_it = Booking.objects.filter(order=order_id)
    if on_it.filter(status=BookingStatus.COMPLETED).exists() and not on_it.live().exists():
        fulfil_order(order_id)


def _claim_seats(booking: Booking, offer: Offer | None) -> list[Row]:
    """Take the seats of a new booking, or what an accepted `offer` held; the rows to be written with the booking."""
    claim, rows = claim_of(booking), list[Row]()
    try:
        if offer is not None:
            hand_over_claim(offer.pk, to=claim)
        else:
            take_seats(claim, by_office=booking.by_office)
            rows.append(claim)
    except DomainError:
        refuse_twice(booking)
        raise
    refuse_twice(booking)
    return rows


def refuse_twice(booking: Booking) -> None:
    """Its buyer may have booked the session already, up to the moment at which its seats were taken.

    Asked then and not before: the index would make us wait for an older booking that is ending, whose end waits for the
    seats that we hold.
    """
    if _booked_by(booking.session_id, booking.buyer_id, booking.pk):
        raise AlreadyBooked


@made_once
def _booked_by(session_id: UUID, buyer_id: UUID, but: UUID) -> QuerySet[Booking, tuple[UUID]]:
    theirs = Booking.objects.live().filter(session=session_id, buyer=buyer_id)
    return theirs.exclude(pk=but).values_list("pk")[:1]


def _put_on_order(booking: Booking, terms: Terms, order: Order | None) -> list[Row]:
    """Let a new booking be owed, on `order` or on one of its own; the rows to be written with the booking."""
    if not terms.price:
        return []
    costs = what_it_costs(booking, terms, [Seats(booking.seats, terms.price)])
    rows: list[Row] = [new_timer(REMIND, at=now() + REMIND_AFTER, subject=booking)]
    if order is not None:
        if order.total + terms.price * booking.seats > MOST_TOTAL:
            raise TotalTooHigh
        booking.order = add_to_order(order, lines=costs["lines"])
        return rows
    booking.order, sold = new_order(
        buyer=booking.buyer, currency=terms.currency, contact_email=booking.contact_email, **costs
    )
    return [booking.order, *sold, *rows]


def _agreed(terms: Terms, percent: Decimal | None, *, by_office: bool) -> Decimal | None:
    """The deposit, in per cent, that is this booking's own; None for the usual one."""
    if percent is not None and not by_office:
        if not terms.deposit_percent:
            return None
        if percent < terms.deposit_percent:
            raise DepositTooLow(terms.deposit_percent)
    return percent


def what_it_costs(booking: Booking, terms: Terms, parts: Sequence[Seats]) -> Costs:
    """An order's lines and deposit for `booking`, on `terms` and on what was agreed: a line for each price."""
    total = sum((part.total for part in parts), Decimal(0))
    if total > MOST_TOTAL:
        raise TotalTooHigh
    course, day = booking.session.course, local(booking.session.starts_at)
    what = f"{course.title}, {day:%d %b %Y}"
    return {
        "lines": [Line(what, part.count, part.price, course.vat_rate, SOLD_AS, booking.pk) for part in parts],
        "deposit": terms.deposit_on(total, booking.deposit_percent), "balance_due_at": terms.balance_due_at,
    }  # fmt: skip
