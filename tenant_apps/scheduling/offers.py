"""Offering something scarce to the next in line until a time, then to the one after.

A `Line` is registered by the app that keeps it. Whatever happens to an offer happens while what it is about is locked,
and what comes back is offered to the next in the same transaction. So nobody else ever sees it free.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar
from uuid import UUID

from django.db import models, transaction

from shared_apps.accounts.models import User
from shared_apps.core.states import Actor, move
from shared_apps.core.time import now
from shared_apps.events.bus import DomainEvent, emit
from shared_apps.timers.due import DueRows
from tenant_apps.people.models import Person
from tenant_apps.people.services import record_that_stands
from tenant_apps.scheduling.events import OfferAccepted, OfferDeclined, OfferLapsed, OfferMade, OfferWithdrawn
from tenant_apps.scheduling.models import Offer, OfferStatus

S = TypeVar("S", bound=models.Model)


@dataclass(frozen=True)
class Candidate:
    """Whose turn it is: their row in the line, who they are, and how many seats they wait for."""

    entry_id: UUID
    person_id: UUID
    seats: int = 1


class Line(ABC, Generic[S]):
    """People who wait, in order, for something that is free now and then. `name` is kept with each offer."""

    name: ClassVar[str]

    @abstractmethod
    def lock(self, subject_id: UUID) -> S:
        """What they wait for, locked until the transaction ends."""

    @abstractmethod
    def next(self, subject: S) -> Candidate | None:
        """The first one for whom what is free suffices; None where nothing is free or nobody waits for it."""

    @abstractmethod
    def until(self, subject: S) -> datetime:
        """How long somebody may think about an offer that is made now."""

    @abstractmethod
    def reserve(self, offer: Offer) -> None:
        """Keep what is offered from everybody else."""

    @abstractmethod
    def free(self, offer: Offer) -> None:
        """An offer came to nothing: what it kept is offered to the next, or free for everybody."""

    @abstractmethod
    def note(self, offer: Offer) -> None:
        """The offer was made, or came to its end: write so in the line."""

    @abstractmethod
    def accept(self, offer: Offer, subject: S, *, by: User | None, proven: bool) -> models.Model:
        """Give what is kept to the person of `offer`; `proven`: by a link in an email to them."""

    @abstractmethod
    def close(self, subject: S, *, called_off: bool) -> None:
        """Nothing will be offered any more: end the waiting of those who are left. `called_off`: it takes no place."""


AnyLine: TypeAlias = Line[Any]  # for something that the caller does not know
_lines: dict[str, AnyLine] = {}


def register_line(line: AnyLine) -> None:
    """Let `line` be asked whenever something comes back that people may wait for."""
    if _lines.setdefault(line.name, line) is not line:
        raise ValueError(f"Two lines are called {line.name}")


def offer_what_is_free(line: Line[S], subject: S) -> None:
    """Offer what is free of `subject`, which is locked, to those next in line, as far as it goes."""
    while found := line.next(subject):
        make_offer(line, subject, found, by=None)


def make_offer(line: Line[S], subject: S, found: Candidate, *, by: User | None) -> Offer:
    """Offer `found` what they wait for, of which there is enough, while `subject` is locked."""
    offer = Offer.objects.create(
        line=line.name, subject_id=subject.pk, entry_id=found.entry_id, person_id=found.person_id,
        seats=found.seats, until=line.until(subject),
    )  # fmt: skip
    line.reserve(offer)
    line.note(offer)
    emit(OfferMade(offer_id=offer.pk, line=line.name), by=by, subject=subject)
    return offer


@transaction.atomic
def accept_offer(offer: Offer, *, by: User | None, acting: Actor | None = None, proven: bool = False) -> Any:
    """The person takes what was offered; the answer is what the line makes of it, such as a booking.

    `proven`: they came by the link in our email. Raises `OfferOver`, and what the line refuses.
    """
    record_that_stands(offer.person)
    line, subject, offer = _locked(offer)
    move(offer, "status", OfferStatus.ACCEPTED, by=by, acting=acting, answered_at=now())
    line.note(offer)
    emit(OfferAccepted(offer_id=offer.pk), by=by, subject=subject)
    return line.accept(offer, subject, by=by, proven=proven)


@transaction.atomic
def decline_offer(offer: Offer, *, by: User | None, acting: Actor | None = None) -> None:
    """The person does not want it. Raises `OfferOver`."""
    line, subject, offer = _locked(offer)
    move(offer, "status", OfferStatus.DECLINED, by=by, acting=acting, answered_at=now())
    _end(line, subject, offer, OfferDeclined(offer_id=offer.pk), by=by)


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: User | None, reason: str = "") -> None:
    """The office takes it back. Raises `OfferOver`."""
    line, subject, offer = _locked(offer)
    move(offer, "status", OfferStatus.WITHDRAWN, by=by, reason=reason, answered_at=now())
    _end(line, subject, offer, OfferWithdrawn(offer_id=offer.pk, line=line.name), by=by, note=reason)


@transaction.atomic
def lapse_offer(offer: Offer) -> bool:
    """The time to answer is up; False if it was answered or put off first."""
    line, subject, offer = _locked(offer)
    if offer.status != OfferStatus.OFFERED or offer.until > now():
        return False
    move(offer, "status", OfferStatus.LAPSED, by=None)
    _end(line, subject, offer, OfferLapsed(offer_id=offer.pk, line=line.name))
    return True


lapse_offers = DueRows(
    "scheduling.lapse_offer", lambda: Offer.objects.filter(status=OfferStatus.OFFERED), "until", lapse_offer
)


def close_lines(lines: Iterable[Line[S]], subject: S, *, called_off: bool = False) -> None:
    """`subject`, which is locked, is not to be had any more: its open offers are withdrawn, and nobody waits for it.

    `called_off`: it does not take place, which those who waited are told, though it may be still to be done.
    """
    ended: list[tuple[Line[S], Offer]] = []
    for line in lines:
        for offer in Offer.objects.filter(line=line.name, subject_id=subject.pk, status=OfferStatus.OFFERED):
            move(offer, "status", OfferStatus.WITHDRAWN, by=None)
            line.note(offer)
            emit(OfferWithdrawn(offer_id=offer.pk, line=line.name, called_off=called_off), subject=subject)
            ended.append((line, offer))
        line.close(subject, called_off=called_off)
    for line, offer in ended:  # once nobody waits, or what comes back would be offered to the next
        line.free(offer)


def give_offers(person: Person, *, to: Person) -> None:
    """What was offered to `person` is offered to another one: the two are one."""
    Offer.objects.filter(person=person).update(person=to)


def _locked(offer: Offer) -> tuple[AnyLine, models.Model, Offer]:
    line = _lines[offer.line]
    subject = line.lock(offer.subject_id)
    return line, subject, Offer.objects.select_related("person").get(pk=offer.pk)


def _end(
    line: AnyLine, subject: models.Model, offer: Offer, event: DomainEvent, *, by: User | None = None, note: str = ""
) -> None:
    line.note(offer)
    emit(event, by=by, subject=subject, note=note)
    line.free(offer)
