"""The states of a session, who may change them, and when."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import now
from tenant_apps.scheduling.errors import NotBegunYet, NotOverYet, OfferNotOver, OfferOver, SessionOver, TooEarly

if TYPE_CHECKING:
    from tenant_apps.scheduling.models import Offer, Session

OFFICE = "sessions.manage"
RUN = "sessions.run"  # who teaches: begins and ends what is theirs


class SessionStatus(models.TextChoices):
    """Where a session is between its draft and its end."""

    DRAFT = "draft", "draft"
    TENTATIVE = "tentative", "tentative"
    SCHEDULED = "scheduled", "scheduled"
    IN_PROGRESS = "in_progress", "in progress"
    COMPLETED = "completed", "completed"
    CANCELLED = "cancelled", "cancelled"
    RESCHEDULED = "rescheduled", "rescheduled"


AHEAD = (SessionStatus.TENTATIVE, SessionStatus.SCHEDULED)  # to come, and to be booked
OPEN = (*AHEAD, SessionStatus.IN_PROGRESS)
PLANNED = (SessionStatus.DRAFT, *AHEAD)


class Planned(models.TextChoices):
    """A notice that goes out at a time before or after a session."""

    JOINING = "joining", _("Joining instructions")
    REMINDER = "reminder", _("Reminder, days before")
    REMINDER_SOON = "reminder_soon", _("Reminder, hours before")
    FEEDBACK = "feedback", _("Request for feedback")


def has_begun(session: "Session") -> DomainError | None:
    """Its first day has begun."""
    return None if session.starts_at <= now() else NotBegunYet()


def has_ended(session: "Session") -> DomainError | None:
    """Its last day is over."""
    return None if session.ends_at <= now() else NotOverYet()


def is_not_over(session: "Session") -> DomainError | None:
    """Until its last day is over."""
    return None if session.ends_at > now() else SessionOver()


def its_day_has_come(session: "Session") -> DomainError | None:
    """From midnight of its first day on."""
    zone = session.zone
    return None if now().astimezone(zone).date() >= session.starts_at.astimezone(zone).date() else TooEarly()


def it_is_over(session: "Session") -> DomainError:
    """Guard: a session ends by itself only after its last day."""
    return SessionOver()


SESSION_MOVES = StateTable["Session"](
    SessionStatus,
    Move({SessionStatus.DRAFT}, SessionStatus.TENTATIVE, by={OFFICE}),
    Move({SessionStatus.DRAFT}, SessionStatus.SCHEDULED, by={OFFICE}),
    # Enough have booked, its time has come, or the office says so.
    Move({SessionStatus.TENTATIVE}, SessionStatus.SCHEDULED, by={OFFICE, Actor.SYSTEM}),
    Move({SessionStatus.SCHEDULED}, SessionStatus.IN_PROGRESS, by={Actor.SYSTEM}, guard=has_begun),
    Move({SessionStatus.SCHEDULED}, SessionStatus.IN_PROGRESS, by={RUN}, guard=its_day_has_come),
    Move({SessionStatus.SCHEDULED}, SessionStatus.IN_PROGRESS, by={OFFICE}),
    Move({SessionStatus.IN_PROGRESS}, SessionStatus.COMPLETED, by={Actor.SYSTEM}, guard=has_ended),
    Move({SessionStatus.IN_PROGRESS}, SessionStatus.COMPLETED, by={RUN, OFFICE}),
    Move({SessionStatus.DRAFT, *OPEN}, SessionStatus.CANCELLED, by={OFFICE, Actor.SYSTEM}, guard=is_not_over),
    Move({SessionStatus.DRAFT, SessionStatus.TENTATIVE}, SessionStatus.CANCELLED, by={Actor.SYSTEM}),
    Move(set(AHEAD), SessionStatus.RESCHEDULED, by={OFFICE}, guard=is_not_over),
    begins=set(PLANNED),
    refusals={SessionStatus.CANCELLED: it_is_over},
)


class OfferStatus(models.TextChoices):
    """Whether an offer still waits for its answer, and how it ended."""

    OFFERED = "offered", "offered"
    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    LAPSED = "lapsed", "lapsed"
    WITHDRAWN = "withdrawn", "withdrawn"


def it_still_stands(offer: "Offer") -> DomainError | None:
    """Until its time is up."""
    return None if offer.until > now() else OfferOver()


def its_offer_is_over(offer: "Offer") -> DomainError | None:
    """The time to answer is over."""
    return None if offer.until <= now() else OfferNotOver()


def it_is_answered(offer: "Offer") -> DomainError:
    """Why an offer that has come to its end makes no other move."""
    return OfferOver()


BOOKING_OFFICE = "bookings.manage"
OFFER_MOVES = StateTable["Offer"](
    OfferStatus,
    Move({OfferStatus.OFFERED}, OfferStatus.ACCEPTED, by={Actor.BUYER, BOOKING_OFFICE}, guard=it_still_stands),
    Move({OfferStatus.OFFERED}, OfferStatus.DECLINED, by={Actor.BUYER, Actor.SYSTEM, BOOKING_OFFICE}),
    Move({OfferStatus.OFFERED}, OfferStatus.LAPSED, by={Actor.SYSTEM}, guard=its_offer_is_over),
    # What was offered is not to be had any more, or the office takes it back.
    Move({OfferStatus.OFFERED}, OfferStatus.WITHDRAWN, by={Actor.SYSTEM, BOOKING_OFFICE}),
    refusals={
        OfferStatus.ACCEPTED: it_is_answered, OfferStatus.DECLINED: it_is_answered,
        OfferStatus.WITHDRAWN: it_is_answered,
    },
)  # fmt: skip
