"""Seats: taking them, confirming them, giving them back.

A claim says who has seats, and the session counts its claims. Both are written here, in one transaction. Seats are
taken by one UPDATE of the session that locks, checks and writes at once, so there is nothing to race, and a CHECK
constraint stands behind it. From then on the session's row is locked until that transaction ends.

Callers describe a claim as their own row says it, and hold the lock on that row. So a claim that is missing, because
the former release writes none, is made up for on the way.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import F, Sum

from shared_apps.core.hooks import Hook
from shared_apps.core.time import now
from tenant_apps.people.models import Person
from tenant_apps.scheduling.errors import SessionFull, SessionGone
from tenant_apps.scheduling.models import ClaimKind, SeatClaim, Session, SessionQuerySet

# Called with a `session_id` in the transaction in which seats of it come back, whose lock on it is still held: whoever
# is in line is promised them before anybody else can see them.
seats_freed = Hook()


def claim_seats(claim: SeatClaim, *, by_office: bool = False) -> None:
    """Take the seats of a new `claim`, of a session that takes bookings and has them, or refuse with the reason.

    The office may book on a session that is closed to visitors or has begun, but never past its capacity.
    Raises `SessionFull`, `NotEnoughSeats`, `SessionStarted`, `SessionCancelled`, `SessionGone`, `SessionNotBookable`.
    """
    take_seats(claim, by_office=by_office)
    write_claims([claim])


def take_seats(claim: SeatClaim, *, by_office: bool = False) -> None:
    """As `claim_seats`, for a caller who writes the new `claim` itself, in the same transaction."""
    _take(claim.session_id, claim.seats, by_office=by_office)


def reclaim_seats(claim: SeatClaim) -> bool:
    """Take the seats of `claim` again for money that came late; False if they are gone or the session has begun."""
    if not _taken(Session.objects.upcoming(), claim.session_id, claim.seats):
        return False
    write_claims([claim])
    return True


def confirm_claim(claim: SeatClaim) -> None:
    """Seats that were held are confirmed: `claim` says so already."""
    _count(claim.session_id, confirmed=claim.seats)
    write_claims([claim])


def resize_claim(claim: SeatClaim, *, before: int) -> None:
    """Seats that are held were so many `before`, and are now as `claim` says. Raises what `claim_seats` raises."""
    more = claim.seats - before
    if more > 0:
        _take(claim.session_id, more)
    elif more < 0:
        _count(claim.session_id, taken=more)
    write_claims([claim])
    if more < 0:
        seats_freed(session_id=claim.session_id)


def exchange_claim(claim: SeatClaim, *, before: SeatClaim, by_office: bool = False) -> None:
    """Whoever has the seats of `before` has those of `claim` instead: of another session, or another number of them.

    Both at one moment: nobody ever sees none of them, or both. The sessions are locked by `lock_sessions`. What comes
    back is promised to whoever is next in line for it. Raises what `claim_seats` raises.
    """
    elsewhere = claim.session_id != before.session_id
    more = claim.seats if elsewhere else claim.seats - before.seats
    if more > 0:
        _take(claim.session_id, more, by_office=by_office)
    is_confirmed = claim.kind == ClaimKind.CONFIRMED
    if elsewhere:
        _count(claim.session_id, confirmed=claim.seats if is_confirmed else 0)
        _count(before.session_id, taken=-before.seats, confirmed=-before.seats if is_confirmed else 0)
    else:
        _count(claim.session_id, taken=min(0, more), confirmed=more if is_confirmed else 0)
    write_claims([claim])
    if elsewhere or more < 0:
        seats_freed(session_id=before.session_id)


def offered_seats(session: Session) -> int:
    """How many of its seats are kept for those who were offered them."""
    rows = SeatClaim.objects.filter(session=session, kind=ClaimKind.OFFER)
    return rows.aggregate(n=Sum("seats"))["n"] or 0


def lock_sessions(ids: Iterable[UUID]) -> dict[UUID, Session]:
    """The sessions with these keys, locked until the transaction ends: in the order in which everybody locks several.

    Else two who change places with each other would wait for one another.
    """
    wanted = sorted(set(ids))
    list(Session.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))
    return Session.objects.select_related("course", "place", "room").in_bulk(wanted)


def release_claim(claim: SeatClaim) -> None:
    """Give the seats of `claim` back. Whoever is next in line is promised them in this transaction."""
    SeatClaim.objects.filter(holder_id=claim.holder_id).delete()
    confirmed = claim.seats if claim.kind == ClaimKind.CONFIRMED else 0
    _count(claim.session_id, taken=-claim.seats, confirmed=-confirmed)
    seats_freed(session_id=claim.session_id)


def hand_over_claim(holder_id: UUID, *, to: SeatClaim) -> None:
    """The seats that `holder_id` has are another holder's from now on, as `to` says; they were never free."""
    mine = SeatClaim.objects.filter(holder_id=holder_id, session_id=to.session_id, seats=to.seats)
    if not mine.update(holder_id=to.holder_id, kind=to.kind, until=to.until, person=to.person_id):
        raise LookupError(f"{holder_id} has no such seats")


def write_claims(claims: Sequence[SeatClaim]) -> None:
    """Say of seats that are taken who has them, of which kind and until when."""
    SeatClaim.objects.bulk_create(
        claims, update_conflicts=True, unique_fields=["holder_id"],
        update_fields=["session", "seats", "kind", "until", "person"],
    )  # fmt: skip


def give_claims(person: Person, *, to: Person) -> None:
    """What `person` has is another one's: the two are one."""
    SeatClaim.objects.filter(person=person).update(person=to)


def drop_claims(holders: Sequence[UUID]) -> None:
    """Forget claims of `holders` that are not counted any more. Who gives seats back releases them instead."""
    SeatClaim.objects.filter(holder_id__in=holders).delete()


def _take(session_id: UUID, seats: int, *, by_office: bool = False) -> None:
    if not _taken(Session.objects.on_offer(by_office=by_office), session_id, seats):
        as_it_is = Session.objects.select_related("course").filter(pk=session_id).first()
        if as_it_is is None:
            raise SessionGone
        raise as_it_is.why_not_bookable(seats, by_office=by_office) or SessionFull()


def _taken(among: SessionQuerySet, session_id: UUID, seats: int) -> bool:
    free = among.filter(pk=session_id).with_seats(seats)
    return bool(free.update(seats_taken=F("seats_taken") + seats, updated_at=now()))


def _count(session_id: UUID, *, taken: int = 0, confirmed: int = 0) -> None:
    Session.objects.filter(pk=session_id).update(
        seats_taken=F("seats_taken") + taken, seats_confirmed=F("seats_confirmed") + confirmed, updated_at=now()
    )
