"""Accepting the provider's terms with a booking: who must, which version, and what is kept of it."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.bookings.errors import BookingOver
from tenant_apps.bookings.events import TermsAccepted
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.terms_models import AcceptedBy, TermsAcceptance
from tenant_apps.people.models import persons_of
from tenant_apps.terms.errors import NoTerms, TermsChanged, TermsNotAccepted
from tenant_apps.terms.models import TermsVersion
from tenant_apps.terms.versions import in_force

MUST = {AcceptedBy.PAGE, AcceptedBy.TRANSFER}  # what people do on pages that ask for it


@dataclass(frozen=True)
class Accepting:
    """What somebody said of the terms: the number of the version that they accepted, None for none; and how."""

    number: int | None
    how: AcceptedBy
    network: str = ""


def accepted_before(user: User | None) -> TermsAcceptance | None:
    """That `user` accepted the version in force with a booking of their own: they need not once more."""
    current = in_force() if user is not None else None
    if user is None or current is None:
        return None
    return _accepted_by(user).filter(version=current).order_by("accepted_at").first()


def _accepted_by(user: User) -> QuerySet[TermsAcceptance]:
    """What `user` accepted while they were signed in; a visitor who types their address accepts nothing for them."""
    rows = TermsAcceptance.objects.filter(by=user, booking__buyer__in=persons_of(user))
    return rows.exclude(how__in=[AcceptedBy.EARLIER, AcceptedBy.OFFICE])


def accepted_ever(user: User | None, booking: Booking | None = None) -> bool:
    """Whether any version was accepted with `booking`, or by `user` with one of theirs."""
    if booking is not None and booking.acceptances.exists():
        return True
    return user is not None and _accepted_by(user).exists()


def new_acceptance(booking: Booking, said: Accepting | None, *, by: User | None) -> TermsAcceptance | None:
    """The row that says so, to be written with `booking`; None where nothing was said, or nothing is in force.

    Raises `TermsChanged` for another version than the one in force, `TermsNotAccepted` where one must, `NoTerms`.
    """
    current = in_force() if said is not None else None
    if said is None:
        return None
    if current is None:
        if said.number is not None and said.how == AcceptedBy.API:
            raise NoTerms
        return None  # none, or none any more, since the page was opened
    how = said.how
    if how == AcceptedBy.PAGE and said.number is None and accepted_before(by):
        return _row(booking, current, AcceptedBy.EARLIER, said, by=by)
    if said.number is None and how in MUST:
        raise TermsNotAccepted
    if said.number is None:
        return None
    if said.number != current.number:
        raise TermsChanged(current.number or 0)
    return _row(booking, current, how, said, by=by)


def _row(
    booking: Booking, version: TermsVersion, how: AcceptedBy, said: Accepting, *, by: User | None
) -> TermsAcceptance:
    return TermsAcceptance(
        booking=booking, version=version, how=how, accepted_at=now(), network=said.network, by=by
    )  # fmt: skip


@transaction.atomic
def accept_terms(booking: Booking, said: Accepting, *, by: User | None) -> TermsAcceptance | None:
    """Write down what was accepted with a booking that is there. What it had accepted already is not asked again.

    Raises `BookingOver` for one that ended, and what `new_acceptance` raises.
    """
    booking = lock_row(Booking.objects.all(), booking.pk)
    if not booking.stands:
        raise BookingOver
    if current := in_force():
        known = TermsAcceptance.objects.filter(booking=booking, version=current).first()
        if known is not None and said.number in (None, current.number):
            return known
    row = new_acceptance(booking, said, by=by)
    if row is not None:
        row.save(force_insert=True)
        event = TermsAccepted(booking_id=booking.pk, number=row.version.number or 0, how=row.how)
        emit(event, by=by, subject=booking)
    return row


def acceptance_of(booking: Booking) -> TermsAcceptance | None:
    """The version that was accepted last with `booking`."""
    return booking.acceptances.select_related("version", "by").first()


def to_accept(booking: Booking) -> TermsVersion | None:
    """What its buyer is asked to accept afterwards, if terms were in force when it was booked, and none were accepted.

    At another date it is a new agreement: what was accepted before it came there does not count, unless that was in
    force by then, too.
    """
    current = in_force()
    if current is None or not booking.stands:
        return None
    accepted, came_at = booking.acceptances.all(), booking.came_at
    agreed_on = in_force(at=came_at or booking.created_at)
    if came_at is not None:
        accepted = accepted.filter(Q(version=agreed_on) | Q(accepted_at__gte=came_at))
    return None if agreed_on is None or accepted.exists() else current


def must_accept_to_move(booking: Booking) -> TermsVersion | None:
    """The version to be accepted before `booking` goes on at another date; None where it was accepted with it."""
    current = in_force()
    return current if current and not booking.acceptances.filter(version=current).exists() else None
