"""What the office does with a waiting list: another order, an offer by hand, taking somebody out."""

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.states import move
from shared_apps.events.bus import emit
from tenant_apps.bookings.errors import AlreadyBooked, FewerSeatsFree, NotInLine, OfferedAlready
from tenant_apps.bookings.events import WaitingListMoved, WaitingListRemoved
from tenant_apps.bookings.models import IN_LINE, Booking, WaitingListEntry, WaitingStatus
from tenant_apps.bookings.waiting_list import line
from tenant_apps.scheduling.models import Offer, OfferStatus
from tenant_apps.scheduling.offers import Candidate, make_offer, withdraw_offer


@transaction.atomic
def move_in_line(entry: WaitingListEntry, *, to: int, reason: str, by: User | None) -> None:
    """Let `entry` be the `to`-th of its line, or the last; the session's history says why. Raises `NotInLine`."""
    session = line.lock(entry.session_id)
    entries = list(WaitingListEntry.objects.in_line().filter(session=session))
    before = next((n for n, one in enumerate(entries, 1) if one.pk == entry.pk), None)
    if before is None:
        raise NotInLine
    after = max(1, min(to, len(entries)))
    if after == before:
        return
    entries.insert(after - 1, entries.pop(before - 1))
    for rank, one in enumerate(entries, 1):
        one.rank = rank
    WaitingListEntry.objects.bulk_update(entries, ["rank"])
    emit(WaitingListMoved(entry_id=entry.pk, before=before, after=after), by=by, subject=session, note=reason)


@transaction.atomic
def offer_by_hand(entry: WaitingListEntry, *, seats: int | None = None, by: User | None) -> Offer:
    """Offer `entry` the seats it waits for, or so many `seats`, whoever is ahead of it.

    Raises `NotInLine`, `OfferedAlready`, `AlreadyBooked`, `FewerSeatsFree`, and what else speaks against booking.
    """
    session = line.lock(entry.session_id)
    entry = WaitingListEntry.objects.get(pk=entry.pk)
    if entry.status == WaitingStatus.OFFERED:
        raise OfferedAlready
    if entry.status != WaitingStatus.WAITING:
        raise NotInLine
    if refusal := session.why_not_waited_for(by_office=True):
        raise refusal
    if Booking.objects.live().filter(session=session, buyer=entry.person_id).exists():
        raise AlreadyBooked
    seats = seats or entry.seats
    if seats > session.seats_left:
        raise FewerSeatsFree(session.seats_left)
    return make_offer(line, session, Candidate(entry.pk, entry.person_id, seats), by=by)


@transaction.atomic
def remove_from_waiting_list(entry: WaitingListEntry, *, reason: str = "", by: User | None) -> None:
    """Take somebody out of the line; what was offered to them goes to the next. They are told. Raises `NotInLine`."""
    session = line.lock(entry.session_id)
    entry = WaitingListEntry.objects.get(pk=entry.pk)
    if entry.status not in IN_LINE:
        raise NotInLine
    if offer := Offer.objects.filter(entry_id=entry.pk, status=OfferStatus.OFFERED).first():
        withdraw_offer(offer, by=by, reason=reason)
    else:
        move(entry, "status", WaitingStatus.LEFT, by=by, reason=reason)
    emit(WaitingListRemoved(entry_id=entry.pk), by=by, subject=session, note=reason)
