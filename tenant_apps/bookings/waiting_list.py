"""The waiting list of a session: joining, leaving, and what an offer of seats means to whoever waits."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from shared_apps.accounts.models import User
from shared_apps.core.states import Actor, move
from shared_apps.events.bus import emit
from tenant_apps.bookings.accepting import Accepting, accept_terms
from tenant_apps.bookings.errors import AlreadyBooked, AlreadyWaiting, SeatsFree, TooManySeats
from tenant_apps.bookings.events import WaitingListClosed, WaitingListJoined, WaitingListLeft
from tenant_apps.bookings.models import Booking, WaitingListEntry, WaitingStatus
from tenant_apps.bookings.services import MOST_SEATS, book_seats
from tenant_apps.people.models import Person
from tenant_apps.people.services import record_that_stands
from tenant_apps.scheduling.errors import NotEnoughSeats
from tenant_apps.scheduling.models import Offer, OfferStatus, Session
from tenant_apps.scheduling.offers import Candidate, accept_offer, decline_offer
from tenant_apps.scheduling.seat_lines import SeatLine, register_seat_line

LINE = "bookings.waiting_list"
BECOMES = {
    OfferStatus.OFFERED: WaitingStatus.OFFERED,
    OfferStatus.ACCEPTED: WaitingStatus.ACCEPTED,
    OfferStatus.DECLINED: WaitingStatus.LEFT,
    OfferStatus.LAPSED: WaitingStatus.EXPIRED,
    OfferStatus.WITHDRAWN: WaitingStatus.EXPIRED,
}


class WaitingList(SeatLine):
    """Those who wait for seats of a full session. Who accepts an offer holds the seats until they are paid for."""

    name: ClassVar[str] = LINE

    def waiting(self, session_id: UUID) -> Sequence[Candidate]:
        """In the order in which they joined; who has a booking of the session by now is passed over."""
        booked = Booking.objects.live().filter(session=session_id, buyer=OuterRef("person"))
        rows = WaitingListEntry.objects.in_line().filter(~Exists(booked), session=session_id)
        rows = rows.filter(status=WaitingStatus.WAITING)
        return [Candidate(*row) for row in rows.values_list("pk", "person", "seats")]

    def note(self, offer: Offer) -> None:
        """The state of an offer is that of whoever waited for it."""
        entry = WaitingListEntry.objects.get(pk=offer.entry_id)
        move(entry, "status", BECOMES[OfferStatus(offer.status)], by=None)

    def accept(self, offer: Offer, subject: Session, *, by: User | None, proven: bool) -> Booking:
        """The seats of `offer` are held for its person. Raises what `book_seats` raises."""
        if refusal := subject.why_not_waited_for(by_office=True):
            raise refusal
        return book_seats(session=subject, buyer=offer.person, seats=offer.seats, by=by, offer=offer, proven=proven)

    def close(self, subject: Session, *, called_off: bool) -> None:
        """The session begins or does not take place: whoever is still in line waits for nothing."""
        entries = list(WaitingListEntry.objects.in_line().filter(session=subject))
        for entry in entries:
            move(entry, "status", WaitingStatus.EXPIRED, by=None)
        if entries:
            closed = WaitingListClosed(entries=[str(entry.pk) for entry in entries], called_off=called_off)
            emit(closed, subject=subject)


line = WaitingList()
register_seat_line(line)


@transaction.atomic
def join_waiting_list(
    *, session: Session, person: Person, seats: int = 1, by: User | None, by_office: bool = False
) -> WaitingListEntry:
    """Put `person` at the end of the line for `seats` seats of a session that has not so many.

    Raises `SeatsFree`, `AlreadyBooked`, `AlreadyWaiting`, `TooManySeats`, `NotEnoughSeats` for more than it ever has,
    and what else speaks against booking the session.
    """
    person = record_that_stands(person)
    session = line.lock(session.pk)  # before the line is looked at, as seats that come back are offered under this lock
    if refusal := session.why_not_waited_for(by_office=by_office):
        raise refusal
    if seats > MOST_SEATS and not by_office:
        raise TooManySeats(MOST_SEATS)
    if seats > session.capacity:
        raise NotEnoughSeats(session.capacity)
    if Booking.objects.live().filter(session=session, buyer=person).exists():
        raise AlreadyBooked
    if session.seats_left >= seats:
        raise SeatsFree
    try:
        with transaction.atomic():
            entry = WaitingListEntry.objects.create(session=session, person=person, seats=seats, rank=_last(session))
    except IntegrityError as error:
        raise AlreadyWaiting from error
    emit(WaitingListJoined(entry_id=entry.pk), by=by, subject=session)
    return entry


@transaction.atomic
def take_offer(
    offer: Offer, *, by: User | None, acting: Actor | None, accepting: Accepting | None, proven: bool = False
) -> Booking:
    """The seats of an offer are held for whoever waited for them, on the terms that they accepted.

    Raises what `accept_offer` raises, and of the terms what `book_seats` raises.
    """
    booking = accept_offer(offer, by=by, acting=acting, proven=proven)
    assert isinstance(booking, Booking)
    if accepting is not None:
        accept_terms(booking, accepting, by=by)
    return booking


@transaction.atomic
def leave_waiting_list(entry: WaitingListEntry, *, by: User | None, acting: Actor | None = None) -> WaitingListEntry:
    """Wait no longer; what was offered to them goes to the next. Raises `IllegalMove` for who is not in line."""
    session = line.lock(entry.session_id)
    entry = WaitingListEntry.objects.get(pk=entry.pk)
    if offer := Offer.objects.filter(entry_id=entry.pk, status=OfferStatus.OFFERED).first():
        decline_offer(offer, by=by, acting=acting)
        entry.refresh_from_db()
    else:
        move(entry, "status", WaitingStatus.LEFT, by=by, acting=acting)
    emit(WaitingListLeft(entry_id=entry.pk), by=by, subject=session)
    return entry


def position_of(entry: WaitingListEntry) -> int | None:
    """The how manieth `entry` is in its line, beginning with 1; None for who is in it no longer."""
    found: int | None = getattr(WaitingListEntry.objects.with_position().get(pk=entry.pk), "position", None)
    return found


def open_offer(entry: WaitingListEntry) -> Offer | None:
    """The seats that `entry` may have now, until a time."""
    found = Offer.objects.filter(entry_id=entry.pk, status=OfferStatus.OFFERED).select_related("person").first()
    return found if found and found.is_open else None


def _last(session: Session) -> int:
    ranks = WaitingListEntry.objects.in_line().filter(session=session).order_by("-rank").values_list("rank", flat=True)
    return ranks.first() or 0


def give_places(person: Person, *, to: Person) -> None:
    """The places in line of `person` are another one's: the two are one. Where both wait, that of `person` ends."""
    theirs = WaitingListEntry.objects.in_line().filter(person=person)
    both = WaitingListEntry.objects.in_line().filter(person=to).values("session")
    for entry in theirs.filter(session__in=both):
        leave_waiting_list(entry, by=None)
    WaitingListEntry.objects.filter(person=person).update(person=to)
