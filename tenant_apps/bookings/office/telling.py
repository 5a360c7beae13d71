"""When those booked on a session hear that it was moved, as the office reads it."""

from django.utils.translation import gettext as _

from shared_apps.core.time import local, now
from tenant_apps.bookings.moved import who_hears
from tenant_apps.scheduling.models import Session

NAMED = 3  # people, in a message


def when_told(session: Session) -> str:
    """When those booked on `session` hear that it was moved, in a sentence; "" where nobody is to hear of it."""
    hear = who_hears(session)
    said = []
    if hear.by_email and session.tell_move_at and session.tell_move_at > now():
        said += [_("Those booked are told at %s.") % f"{local(session.tell_move_at):%H:%M}"]
    elif hear.by_email:
        said += [_("Those booked are told now.")]
    if hear.to_call:
        names = ", ".join(booking.contact_name for booking in hear.to_call[:NAMED])
        said += [_("To be called, without an email address: %s.") % (names + ("…" if hear.to_call[NAMED:] else ""))]
    return " ".join(said)
