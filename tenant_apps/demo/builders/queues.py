"""Who waits: for seats of a full date, one of which is offered now, and for a date of a course without any."""

from datetime import timedelta

from tenant_apps.bookings.events import WaitingListJoined
from tenant_apps.bookings.models import Booking, WaitingListEntry, WaitingStatus
from tenant_apps.bookings.waiting_list import LINE
from tenant_apps.demo.builders.happenings import say
from tenant_apps.demo.stage import Stage
from tenant_apps.interest.events import InterestRegistered
from tenant_apps.interest.models import Interest
from tenant_apps.people.models import Person
from tenant_apps.scheduling.events import OfferMade
from tenant_apps.scheduling.models import ClaimKind, Offer, SeatClaim, Session

WAIT_FOR = (1, 2, 1, 1)  # seats of those in line, the first of whom is offered some
ASK_FOR = (1, 1, 3, 2)
ANSWERS_IN = timedelta(hours=19)


def build_queues(stage: Stage, planned: list[tuple[Session, str]]) -> None:
    """A line at the first full date, and people who would come to a course that has no date."""
    full = next(session for session, kind in planned if kind == "full")
    _line(stage, full)
    _interest(stage)


def _line(stage: Stage, session: Session) -> None:
    booked = {row.buyer_id for row in stage.rows[Booking] if row.session_id == session.pk}
    people = [person for person in stage.people if person.pk not in booked and person != stage.student]
    for n, (person, seats) in enumerate(zip(people, WAIT_FOR, strict=False)):
        at = stage.days_ago(6 - 1.3 * n)
        entry = stage.add(WaitingListEntry(id=stage.dice.key(at), session=session, person=person, seats=seats))
        say(stage, WaitingListJoined(entry_id=entry.pk), at=at, subject=session)
        if n == 0:
            _offer(stage, session, entry, person)


def _offer(stage: Stage, session: Session, entry: WaitingListEntry, person: Person) -> None:
    """One seat more than the date had, which is kept for the first in line."""
    at = stage.now - timedelta(hours=5)
    entry.status = WaitingStatus.OFFERED
    session.capacity += entry.seats
    session.seats_taken += entry.seats
    offer = stage.add(
        Offer(
            id=stage.dice.key(at), line=LINE, subject_id=session.pk, entry_id=entry.pk, person=person,
            seats=entry.seats, until=min(stage.now + ANSWERS_IN, session.starts_at),
        )
    )  # fmt: skip
    say(stage, OfferMade(offer_id=offer.pk, line=LINE), at=at, subject=session)


def claim_of_offer(offer: Offer) -> SeatClaim:
    """The seats that an open offer keeps."""
    return SeatClaim(
        session_id=offer.subject_id, holder_id=offer.pk, seats=offer.seats, kind=ClaimKind.OFFER, until=offer.until,
        person_id=offer.person_id,
    )  # fmt: skip


def _interest(stage: Stage) -> None:
    ahead = {row.course_id for row in stage.rows[Session] if row.starts_at > stage.now}
    courses = [course for course in stage.courses.values() if course.published and course.active]
    without = [course for course in courses if course.pk not in ahead] or [one for one in courses if one.price is None]
    for course in without[:1]:
        for n, (person, seats) in enumerate(zip(reversed(stage.people), ASK_FOR, strict=False)):
            at = stage.days_ago(20 - 4.5 * n)
            interest = stage.add(Interest(id=stage.dice.key(at), course=course, person=person, seats=seats))
            say(stage, InterestRegistered(interest_id=interest.pk), at=at, subject=course)
