"""Lines for seats of a session: a seat that comes back is promised to the next before anybody else can see it."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared_apps.core.time import now
from tenant_apps.scheduling.claims import claim_seats, release_claim, seats_freed
from tenant_apps.scheduling.models import ClaimKind, Offer, SeatClaim, Session
from tenant_apps.scheduling.offers import Candidate, Line, close_lines, offer_what_is_free, register_line
from tenant_apps.terms.models import BookingTerms


class SeatLine(Line[Session]):
    """A line for seats of a session. Its session's row is the lock on it, as on the seats."""

    @abstractmethod
    def waiting(self, session_id: UUID) -> Sequence[Candidate]:
        """Those who wait for seats of a session, the first one first, without those who may not book it."""

    def lock(self, subject_id: UUID) -> Session:
        """The session with this key, locked."""
        return Session.objects.select_for_update(of=("self",)).select_related("course").get(pk=subject_id)

    def next(self, subject: Session) -> Candidate | None:
        """The first one for whom the free seats suffice, while a visitor may book the session.

        What is closed to visitors the office offers by hand.
        """
        left = Session.objects.select_related("course").get(pk=subject.pk)
        if left.why_not_bookable(1):
            return None
        return next((found for found in self.waiting(subject.pk) if found.seats <= left.seats_left), None)

    def until(self, subject: Session) -> datetime:
        """As many hours from now as the provider chose, at most until the session begins."""
        hours = BookingTerms.objects.load().offer_hours
        return min(now() + timedelta(hours=hours), subject.starts_at)

    def reserve(self, offer: Offer) -> None:
        """Claim the seats for the person of `offer`."""
        claim_seats(_claim_of(offer), by_office=True)

    def free(self, offer: Offer) -> None:
        """Give the seats back, which offers them to the next in line."""
        release_claim(_claim_of(offer))


_lines: list[SeatLine] = []


def register_seat_line(line: SeatLine) -> None:
    """Let `line` be asked whenever seats of a session come back, after those that were registered before it."""
    register_line(line)
    if line not in _lines:
        _lines.append(line)


@seats_freed.add
def promise_freed_seats(*, session_id: UUID) -> None:
    """Offer seats that came back to those in line for them, in the transaction in which they came back."""
    for line in _lines:
        if line.waiting(session_id):
            offer_what_is_free(line, line.lock(session_id))


def close_seat_lines(session: Session, *, called_off: bool = False) -> None:
    """`session`, which is locked, begins, or is `called_off` or about to be: nobody waits for it any more."""
    close_lines(_lines, session, called_off=called_off)


def _claim_of(offer: Offer) -> SeatClaim:
    return SeatClaim(
        session_id=offer.subject_id, holder_id=offer.pk, seats=offer.seats, kind=ClaimKind.OFFER, until=offer.until,
        person_id=offer.person_id,
    )  # fmt: skip
