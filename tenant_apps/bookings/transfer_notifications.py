"""Whom a booking that has another date or another number of seats tells what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared_apps.events.bus import on
from tenant_apps.bookings import calendar
from tenant_apps.bookings.asked import asked_of_people
from tenant_apps.bookings.care import care_lines
from tenant_apps.bookings.events import BookingTransferred, SeatsChanged
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.moved import Before
from tenant_apps.bookings.name_times import may_be_named, missing_names, names_link
from tenant_apps.bookings.notifications import booking_to_tell, tell_buyer, tell_office_of, terms_told
from tenant_apps.bookings.selectors import days_of, link_to, refunds_to_hand_over
from tenant_apps.payments.selectors import any_refuses, money_of
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.scheduling.plan import Span


@on(BookingTransferred, name="bookings.tell_of_transfer")
def tell_of_transfer(event: BookingTransferred) -> None:
    """Who booked hears what was, what is, and what becomes of the money; not once it moved on again."""
    booking = booking_to_tell(event.booking_id)
    if not booking.is_live or booking.session_id != event.to_session_id:
        return
    confirmed, former = booking.status == BookingStatus.CONFIRMED, _former(event)
    known = Before.of(event.known) if event.known else None
    tell_buyer(
        booking,
        "transferred",
        once=f"booking_transferred:{booking.pk}:{event.number}",
        attachments=calendar.attachments(booking, dropped=dropped_days(booking, event)) if confirmed else [],
        former=former,
        former_days=_known_days(event),
        former_where=known.where if known and known.where else calendar.where_line(former),
        confirmed=confirmed,
        by_buyer=event.by_buyer,
        by_visitor=event.by_buyer,
        accept_url=terms_told(booking).get("accept_url"),
        **(_missing(booking) if confirmed else {}),
        **_sums(booking, event),
    )


@on(SeatsChanged, name="bookings.tell_of_other_seats")
def tell_of_other_seats(event: SeatsChanged) -> None:
    """How many seats it has now, and what that costs or gives back; nothing if it changed once more since."""
    booking = booking_to_tell(event.booking_id)
    if not booking.is_live or booking.seats != event.seats_after:
        return
    confirmed = booking.status == BookingStatus.CONFIRMED
    tell_buyer(
        booking,
        "seats_changed",
        once=f"seats_changed:{booking.pk}:{event.number}",
        attachments=calendar.attachments(booking) if confirmed else [],
        seats_before=event.seats_before,
        confirmed=confirmed,
        by_buyer=event.by_buyer,
        by_visitor=event.by_buyer,
        **_sums(booking, event),
    )


@on(BookingTransferred, SeatsChanged, name="bookings.tell_office_of_transfer", when=lambda event: event.by_buyer)
def tell_office_of_transfer(event: BookingTransferred | SeatsChanged) -> None:
    """What a buyer did by themselves; and what a person must send back because of it."""
    booking = booking_to_tell(event.booking_id)
    former = _former(event) if isinstance(event, BookingTransferred) else None
    before = event.seats_before if isinstance(event, SeatsChanged) else None
    once = f"{booking.pk}:{event.name}:{event.number}"
    sums = _sums(booking, event)
    tell_office_of(booking, "transferred", once=once, former=former, seats_before=before, **sums)
    if amount := Decimal(event.by_hand):
        details = next((refund.bank_details for refund in refunds_to_hand_over(booking)), "")
        tell_office_of(booking, "refund_by_hand", once=once, amount=amount, bank_details=details)


def dropped_days(booking: Booking, event: BookingTransferred) -> list[Span]:
    """The days of the former date that come after as many as the new one has: calendars take them out."""
    spans = [(day.starts_at, day.ends_at) for day in _known_days(event)]
    return spans[len(days_of(booking.session)) :]


@dataclass(frozen=True)
class _Day:
    """A day of the former date as its buyer knew it."""

    starts_at: datetime
    ends_at: datetime


def _known_days(event: BookingTransferred) -> Sequence[_Day | SessionDay]:
    """The days of the former date as whoever booked knew them, who was perhaps not told yet that it was moved."""
    return [_Day(*span) for span in Before.of(event.known).days] if event.known else days_of(_former(event))


def _missing(booking: Booking) -> dict[str, object]:
    """What the new date asks of those who come and is not there: the times to ask for it may be over already."""
    return {
        "asked": asked_of_people(booking), "answers_url": link_to(booking, "booking_answers"),
        "names": missing_names(booking) if may_be_named(booking) else 0, "names_url": names_link(booking),
        "care_missing": care_lines(booking) if may_be_named(booking) else [],
    }  # fmt: skip


def _former(event: BookingTransferred) -> Session:
    return Session.objects.select_related("course", "place", "room").get(pk=event.from_session_id)


def _sums(booking: Booking, event: BookingTransferred | SeatsChanged) -> dict[str, object]:
    """What an email says of the money: what goes back and how, and what is to be paid."""
    refund, by_hand = Decimal(event.refund), Decimal(event.by_hand)
    money = money_of(booking.order)
    latest = [one.payment for one in money.refunds[-1:]] if money else []
    return {
        "refund": refund, "by_hand": by_hand, "by_card": refund - by_hand, "delayed": any_refuses(latest),
        "to_pay": min(Decimal(event.to_pay), money.due) if money else Decimal(0), "pay_url": link_to(booking),
    }  # fmt: skip
