"""The link under which somebody who came says how it was: theirs alone, on the seat that they had."""

from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import Attendee

PURPOSE = "review"


def review_token(attendee: Attendee) -> str:
    """What opens the review of this seat, as long as the same person has it."""
    return sign(PURPOSE, [str(attendee.pk), str(attendee.person_id)])


def review_link(attendee: Attendee) -> str:
    """The absolute URL of the page, for emails."""
    return tenant_url("review", review_token(attendee))


def attendee_of(token: str) -> Attendee | None:
    """The seat that `token` opens; None for one that is forged, or of somebody who no longer has the seat."""
    try:
        pk, person = unsign(PURPOSE, token)
    except (BadSignature, ValueError, TypeError):
        return None
    rows = Attendee.objects.select_related("booking__session__course", "booking__session__trainer__person", "person")
    return rows.filter(pk=pk, person=person).first()
