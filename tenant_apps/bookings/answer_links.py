"""The link under which somebody who comes answers their questions, and the short-lived one of a file that they sent."""

import hashlib
from datetime import timedelta
from uuid import UUID

from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.core.time import now
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import STANDING, Answer, Attendee

PURPOSE, FILE = "answers", "answer-file"
FILE_FOR = timedelta(hours=1)
OPEN_AFTER = timedelta(days=30)  # since the end of the session


def answers_token(attendee: Attendee) -> str:
    """What opens the questions to this attendee, as long as they sit there under this name and address.

    A link of the booking that was called in takes this one along.
    """
    return sign(PURPOSE, [str(attendee.pk), _who(attendee)])


def answers_link(attendee: Attendee) -> str:
    """The absolute URL of the page, for emails."""
    return tenant_url("attendee_answers", answers_token(attendee))


def attendee_of(token: str) -> Attendee | None:
    """The attendee whose questions `token` opens; None: forged, of somebody who sits there no more, or long over.

    Nobody sits on the seats of a booking that was cancelled or ran out.
    """
    try:
        pk, who = unsign(PURPOSE, token)
    except (BadSignature, ValueError, TypeError):
        return None
    attendee = _rows(pk)
    if attendee is None or not _is(attendee, who) or attendee.booking.session.over_at + OPEN_AFTER < now():
        return None
    return attendee


def file_token(answer: Answer, attendee: Attendee) -> str:
    """What opens the file of an answer to the attendee who gave it, for an hour."""
    until = int((now() + FILE_FOR).timestamp())
    return sign(FILE, [str(answer.pk), str(attendee.pk), _who(attendee), until])


def file_of(token: str) -> Answer | None:
    """The answer whose file `token` opens; None: forged, its time is over, or somebody else sits there now."""
    try:
        pk, attendee_pk, who, until = unsign(FILE, token)
    except (BadSignature, ValueError, TypeError):
        return None
    attendee = _rows(attendee_pk)
    if attendee is None or not _is(attendee, who) or now().timestamp() > until:
        return None
    return Answer.objects.filter(pk=pk, attendee=attendee).exclude(file="").first()


def _rows(pk: UUID) -> Attendee | None:
    rows = Attendee.objects.filter(pk=pk, booking__status__in=STANDING)  # else nobody sits there any more
    return rows.select_related("booking__session__course").first()


def _is(attendee: Attendee, who: str) -> bool:
    """Whether a link is to this attendee; those of a former release have the name as it was written."""
    return who in (_who(attendee), _who(attendee, as_written=True))


def _who(attendee: Attendee, *, as_written: bool = False) -> str:
    name = attendee.name if as_written else " ".join(attendee.name.casefold().split())  # as in `same_name`
    said = [name, attendee.email.lower(), str(attendee.booking.link_number)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:24]
