"""Nobody keeps a session from all others: not by holding its seats and never paying, not by taking the free ones.

The limits, and why they are these, are in docs/decisions/0006-seats-and-money.md.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet

from shared_apps.accounts.models import User
from shared_apps.core.ids import uuid7
from shared_apps.core.limits import DAY, HOUR, Rate, count
from shared_apps.core.queries import made_once
from shared_apps.core.time import now
from shared_apps.resilience.cache import Question, counters
from tenant_apps.bookings.models import LIVE, Booking, BookingStatus
from tenant_apps.people.models import persons_of
from tenant_apps.scheduling.models import Session

PERIOD = timedelta(hours=3)
ALWAYS_ALLOWED = 20  # seats: a large group that runs out of time may begin again
FREE_PERIOD = timedelta(hours=24)
FREE_FOR_ALL = 4  # seats of a small free session: a family
MOST_FREE = 40  # seats of a large one
MOST_REFUSED = 5
NAMED = (Rate(40, HOUR), Rate(120, DAY))  # addresses of attendees, by one account and by one network
SENT = (Rate(40, HOUR), Rate(120, DAY))  # files with answers, by one network
STRANGERS = (Rate(30, HOUR), Rate(100, DAY))  # addresses nobody proved, by one network


def seats_to_leave_unpaid(session: Session) -> int:
    """How many seats of `session` one visitor may hold within `PERIOD` without paying for any."""
    return max(session.capacity, ALWAYS_ALLOWED)


def most_free_seats(session: Session) -> int:
    """How many seats of `session`, if they cost nothing, one network may take within `FREE_PERIOD`."""
    if not settings.RATE_LIMITS:
        return session.capacity
    return max(FREE_FOR_ALL, min(session.capacity // 4, MOST_FREE))


def wait_of_holder(user: User, session: Session) -> int:
    """The seconds that `user` has to wait before holding seats of `session` again; mostly 0.

    What they held and let go or cancelled counts like what they hold.
    """
    held = _held_since(user.pk, session.pk, now() - PERIOD)
    if sum(seats for seats, _at in held) < seats_to_leave_unpaid(session):
        return 0
    return max(60, int((min(at for _seats, at in held) + PERIOD - now()).total_seconds()))


@made_once
def _held_since(user_id: UUID, session_id: UUID, since: datetime) -> QuerySet[Booking, tuple[int, datetime]]:
    theirs = Booking.objects.never_paid().filter(session=session_id, buyer__in=persons_of(User(pk=user_id)))
    return theirs.filter(created_at__gt=since).values_list("seats", "created_at")


@dataclass
class Share:
    """Seats that a network asks for, counted already; `wait`: the seconds until it may have them, mostly 0.

    They are counted as those of `booking_id`: of a new booking it is the id to make it with.
    """

    wait: int = 0
    slot: str = ""
    seconds: int = 0
    kept: bool = False
    booking_id: UUID = field(default_factory=uuid7)

    def keep(self, booking: Booking) -> None:
        """The seats are those of `booking` now: count them until its time is over, unless it is paid for."""
        if not self.slot or (booking.status != BookingStatus.PENDING and booking.session.seat_price != 0):
            return
        if booking.pk != self.booking_id:
            cache.set(self.slot, (str(booking.pk), booking.seats, time.time()), self.seconds)
        self.kept = True


@contextmanager
def ask_for_seats(network: str, session: Session, *, seats: int, held: Booking | None = None) -> Iterator[Share]:
    """Count so many `seats` towards what `network` has, while they are being booked; not any more unless they are kept.

    It is a new booking, or one that is `held`. Of seats that must be paid for, those that were not paid count, let go
    or not; of free ones those that are held or confirmed, and those that others ask for at this moment. A booking
    counts with the most seats that it ever had.
    """
    share = Share(booking_id=held.pk) if held else Share()
    if seats > (held.seats if held else 0):
        _ask(share, network, session, seats)
    try:
        yield share
    finally:
        if share.slot and not share.kept:
            cache.delete(share.slot)


def _ask(share: Share, network: str, session: Session, seats: int) -> None:
    seconds = share.seconds = _seconds(session)
    # Of the present period and the one before, so that no moment begins anew: what was asked for ends by itself.
    present, former = (f"{_key(network, session)}:{int(time.time() // seconds) - n}" for n in (0, 1))
    number, earlier = counters().together(("count", present, 1, 2 * seconds), ("count", f"{former}:asked", 0, seconds))
    whose = str(share.booking_id)
    slot = share.slot = f"{present}:{number}"
    # Before the sum, so that whoever meets the limit by it finds this.
    asks: Question = ("set", slot, (whose, seats, time.time()), seconds)
    (asked,) = counters().together(asks, ("count", f"{present}:asked", seats, 2 * seconds))
    if earlier + asked - seats < _within_any_limit(session, seats):  # mostly: then nobody need look at each booking
        return
    most: dict[str, int] = {}
    since = time.time()
    names = [f"{key}:{n}" for key in (present, former) for n in range(1, (cache.get(key) or 0) + 1)]
    for name, (pk, n, at) in cache.get_many(names).items():
        if name != slot:
            most[pk], since = max(n, most.get(pk, 0)), min(since, at)
    if seats > most.get(whose, 0) and _is_too_much(session, most, seats, whose):
        share.wait = max(60, int(since + seconds - time.time()))


def _within_any_limit(session: Session, seats: int) -> int:
    """A network that asked for fewer seats than this before, whatever became of them, may have `seats` more."""
    return most_free_seats(session) - seats + 1 if session.seat_price == 0 else seats_to_leave_unpaid(session)


def _is_too_much(session: Session, most: dict[str, int], seats: int, whose: str) -> bool:
    rows = Booking.objects.filter(pk__in=most)  # without those that are being made at this moment
    if session.seat_price == 0:
        # What ran out or was cancelled is there again for everybody, and for them.
        gone = {str(pk) for pk in rows.exclude(status__in=LIVE).values_list("pk", flat=True)}
        others = sum(n for pk, n in most.items() if pk != whose and pk not in gone)
        return bool(settings.RATE_LIMITS) and others + seats > most_free_seats(session)
    unpaid = rows.never_paid().values_list("pk", flat=True)
    # Whoever has not come to the limit may have what they ask for: a large group that ran out of time begins again.
    return sum(most[str(pk)] for pk in unpaid) >= seats_to_leave_unpaid(session)


def too_many_refused(network: str, session: Session) -> bool:
    """Count a form that was refused because its address has a booking; whether `network` was told so too often.

    Else a list of addresses would be a way to learn who comes to `session`.
    """
    key = f"{_key(network, session)}:refused"
    with suppress(ValueError):
        cache.add(key, 0, int(PERIOD.total_seconds()))
        return bool(cache.incr(key) > MOST_REFUSED)
    return False


def wait_of_stranger(network: str) -> int:
    """Count a booking that makes us write to an address nobody has proven; the seconds to wait before it, mostly 0."""
    return count("strangers", network, *STRANGERS)


def wait_of_namer(network: str, user: User, emails: Iterable[str], *, known: Iterable[str] = ()) -> int:
    """Count the attendees' `emails` that `user` makes us write to; the seconds to wait before it, mostly 0.

    Their own address and those `known`, which are on the booking already, do not count.
    """
    told = {email.lower() for email in known} | {user.email.lower(), ""}
    if new := len({email.lower() for email in emails} - told):
        whose = (f"network:{network}", f"account:{user.pk}")
        return max(count("named", who, *NAMED, times=new) for who in whose)
    return 0


def wait_of_sender(network: str, files: int) -> int:
    """Count `files` that somebody sends with answers; the seconds to wait before these are taken, mostly 0."""
    return count("answer-files", network, *SENT, times=files) if files else 0


def _seconds(session: Session) -> int:
    return int((FREE_PERIOD if session.seat_price == 0 else PERIOD).total_seconds())


def _key(network: str, session: Session) -> str:
    kind = "seats-taken" if session.seat_price == 0 else "seats-held"
    return f"{kind}:{session.pk}:{hashlib.sha256(network.encode()).hexdigest()[:16]}"
