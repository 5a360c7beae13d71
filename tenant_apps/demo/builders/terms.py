"""What customers agree to: two versions of the booking terms, one of guardians' consent, and who accepted which."""

from datetime import datetime

from shared_apps.events.models import Event
from tenant_apps.bookings.events import BookingHeld
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.terms_models import AcceptedBy, TermsAcceptance
from tenant_apps.demo.builders.courses import unwrapped
from tenant_apps.demo.stage import Stage
from tenant_apps.terms.models import TermsKind, TermsVersion
from tenant_apps.terms.starters import STARTERS

FIRST, SECOND = 420, 40  # days ago
ADDED = "## Photographs\n\nWe take none of you without asking."
NOT_ASKED = 0.3  # of those for whom the office booked: they are asked by their link


def publish_terms(stage: Stage) -> None:
    """Both are in force by now, one after the other."""
    text = unwrapped(stage.data.brand["terms"])
    for number, days, said in ((1, FIRST, text), (2, SECOND, f"{text}\n\n{ADDED}")):
        stage.versions.append(_publish(stage, TermsKind.BOOKING, number, "Booking terms", said, stage.days_ago(days)))
    title, consent = STARTERS[TermsKind.CONSENT]
    _publish(stage, TermsKind.CONSENT, 1, str(title), str(consent).strip(), stage.days_ago(SECOND))


def _publish(stage: Stage, kind: TermsKind, number: int, title: str, text: str, at: datetime) -> TermsVersion:
    return stage.add(
        TermsVersion(
            id=stage.dice.key(at), kind=kind, number=number, title=title, text=text, published_at=at,
            published_by=stage.owner,
        )
    )  # fmt: skip


def accept_terms(stage: Stage) -> None:
    """Each booking with the version that was in force when it was made."""
    held = [event for event in stage.rows.get(Event, []) if event.name == BookingHeld.name]
    of_office = {event.subject_id for event in held if event.by_id == stage.office.pk}
    for booking in stage.rows.get(Booking, []):
        at = stage.dice.moment_of(booking.pk)
        versions = [version for version in stage.versions if version.published_at and version.published_at <= at]
        by_office = booking.pk in of_office
        if not versions or (by_office and stage.dice.random() < NOT_ASKED):
            continue
        stage.add(
            TermsAcceptance(
                id=stage.dice.key(at), booking=booking, version=versions[-1], accepted_at=at,
                how=AcceptedBy.OFFICE if by_office else AcceptedBy.PAGE, by=stage.office if by_office else None,
                network="" if by_office else "203.0.113.24",
            )
        )  # fmt: skip
