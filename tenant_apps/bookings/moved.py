"""What the bookings of a session do when it is moved, begins or ends; and who has to be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.core.types import JsonObject
from shared_apps.events.bus import emit
from tenant_apps.bookings.claims import claims_follow
from tenant_apps.bookings.events import BookingCompleted
from tenant_apps.bookings.hold_times import expire_hold
from tenant_apps.bookings.models import Booking, BookingQuerySet, BookingStatus
from tenant_apps.bookings.services import fulfil_if_over
from tenant_apps.bookings.terms import terms_of
from tenant_apps.payments.orders import postpone_balance
from tenant_apps.scheduling.models import Session


@dataclass(frozen=True)
class Audience:
    """Who has to hear that a session is moved: the live bookings with an email address, and those to be called."""

    by_email: list[Booking]
    to_call: list[Booking]

    @property
    def seats(self) -> int:
        """How many people come with all of them."""
        return sum(booking.seats for booking in self)

    def __bool__(self) -> bool:
        return bool(self.by_email or self.to_call)

    def __iter__(self) -> Iterator[Booking]:
        return iter([*self.by_email, *self.to_call])


def audience_of(session: Session, *, of_link: bool = False) -> Audience:
    """Who is booked on `session` now. Of another link (`of_link`) only those hear who are confirmed: they have it."""
    found = Booking.objects.live().filter(session=session)
    if of_link:
        found = found.filter(status=BookingStatus.CONFIRMED)
    rows = list(found.select_related("buyer").order_by("contact_name"))
    return Audience([row for row in rows if row.buyer.email], [row for row in rows if not row.buyer.email])


def who_hears(session: Session) -> Audience:
    """Who will be told that `session` was moved, and who is to be called; nobody when all who are to be told were."""
    if not session.move_untold or not session.tell_move_at:
        return Audience([], [])
    before = Before.of(session.move_untold)
    hear = [booking for booking in audience_of(session) if before.concerns(booking, session)]
    return Audience([one for one in hear if one.buyer.email], [one for one in hear if not one.buyer.email])


def spans_of(session: Session) -> list[tuple[datetime, datetime]]:
    """When the days of `session` begin and end, the first one first."""
    return [(day.starts_at, day.ends_at) for day in session.days.order_by("starts_at")]


@dataclass(frozen=True)
class Before:
    """Time and place of a session as those booked knew them `since` it was moved; days carry the session's zone.

    `later`: how it was after each move since then, until it is told.
    """

    days: list[tuple[datetime, datetime]]
    where: str
    online_url: str
    since: datetime
    later: "Sequence[Before]" = ()

    @classmethod
    def of(cls, snapshot: JsonObject) -> "Before":
        """From a `SessionMoved` event."""
        zone = ZoneInfo(snapshot["zone"])
        days = [(_moment(begins, zone), _moment(ends, zone)) for begins, ends in snapshot["days"]]
        since = datetime.fromisoformat(snapshot["since"])
        later = [cls.of(one) for one in snapshot.get("later", [])]
        return cls(days, snapshot["where"], snapshot["online_url"], since, later)

    def known_to(self, booking: Booking) -> "Before | None":
        """Where and when it was to be for whoever made `booking`; None if nobody knows, so that it is as it is."""
        return self.known_since(booking.came_at or booking.created_at)

    def known_since(self, moment: datetime) -> "Before | None":
        """The same for whoever has known of it since `moment`, such as somebody who waits for seats."""
        if moment <= self.since:
            return self
        return next((one for one in reversed(self.later) if one.since <= moment), None)

    def is_still_so(self, session: Session) -> bool:
        """Whether `session` is as it was, its link too."""
        return self.is_still_there(session) and self.online_url == session.online_url

    def is_still_there(self, session: Session) -> bool:
        """Whether `session` has the same days at the same place."""
        return self.days == spans_of(session) and self.where == session.where

    def concerns(self, booking: Booking, session: Session) -> bool:
        """Whether whoever made `booking` has to hear how `session` is now; only those confirmed were told the link."""
        known = self.known_to(booking)
        if known is None or known.is_still_so(session):
            return False
        return booking.status == BookingStatus.CONFIRMED or not known.is_still_there(session)


def known_otherwise(booking: Booking, session: Session) -> JsonObject:
    """How whoever made `booking` knows its `session` while they are not told that it is elsewhere; {} if as it is."""
    untold = session.move_untold or {}
    known = Before.of(untold).known_to(booking) if untold else None
    if known is None:
        return {}
    states = ({**state, "later": []} for state in (untold, *untold.get("later", [])))
    return next((state for state in states if datetime.fromisoformat(state["since"]) == known.since), {})


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)


@transaction.atomic
def follow_move(session: Session) -> None:
    """The session is at another time or place: whoever can't come may cancel for everything back until it begins.

    Who could do so already, since an earlier move, can whatever becomes of this one.
    """
    Booking.objects.live().filter(session=session, session_moved_at=None).update(session_moved_at=now())


@transaction.atomic
def follow_told_move(session: Session, before: Before) -> None:
    """Those booked are told that the session was moved, so that is not taken back any more.

    No hold outlasts the start, or, by the office, the end. A balance is due later if the session is later, and never
    earlier than was promised.
    """
    if all(one.days == spans_of(session) for one in (before, *before.later)):
        return
    found = Booking.objects.live().filter(session=session).select_for_update(of=("self",)).order_by("pk")
    live = Booking.objects.filter(pk__in=[booking.pk for booking in found])
    held = live.filter(status=BookingStatus.PENDING)
    for by_office, latest in ((False, session.starts_at), (True, session.ends_at)):
        if held.filter(by_office=by_office).exclude(hold_expires_at__lte=latest).update(hold_expires_at=latest):
            claims_follow(held)
    due_at = terms_of(session).balance_due_at
    if due_at is None:
        return
    for booking in live.filter(order__balance_due_at__lt=due_at).select_related("order").order_by("pk"):
        if booking.order:
            postpone_balance(booking.order, until=due_at)


def take_move_back(session_id: UUID, since: datetime) -> None:
    """The session is again as those booked know it: nobody was told since `since`, so the usual terms hold again."""
    Booking.objects.live().filter(session=session_id, session_moved_at__gte=since).update(session_moved_at=None)


def end_holds(session_id: UUID) -> None:
    """The session has begun: seats that nobody paid for in time are not held any longer, but by the office."""
    _end_holds(Booking.objects.filter(session=session_id, by_office=False), beyond=F("session__starts_at"))


def _end_holds(bookings: BookingQuerySet, *, beyond: datetime | F) -> None:
    held = bookings.filter(status=BookingStatus.PENDING)
    held.filter(Q(hold_expires_at=None) | Q(hold_expires_at__gt=beyond)).update(hold_expires_at=now())
    for booking in held.order_by("pk"):
        expire_hold(booking)


@transaction.atomic
def complete_bookings(session_id: UUID) -> None:
    """The session is over: its confirmed bookings are completed, and what the office still held is held no longer."""
    _end_holds(Booking.objects.filter(session=session_id), beyond=now())
    confirmed = Booking.objects.filter(session=session_id, status=BookingStatus.CONFIRMED).select_related("session")
    for booking in confirmed.select_for_update(of=("self",)).order_by("pk"):
        move(booking, "status", BookingStatus.COMPLETED, by=None)
        if booking.order_id:
            fulfil_if_over(booking.order_id)
        emit(BookingCompleted(booking_id=booking.pk), subject=booking)
