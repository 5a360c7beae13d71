"""What certificates do when something happens below them."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.core.time import now
from shared_apps.events.bus import on
from shared_apps.timers.services import set_timer, timer
from tenant_apps.bookings.attendees import seat_is_of
from tenant_apps.bookings.models import Attendee
from tenant_apps.branding.events import SettingsChanged
from tenant_apps.certificates.bulk import issue_to_all
from tenant_apps.certificates.errors import NobodyQualifies
from tenant_apps.certificates.events import CertificateIssued, CertificateRevoked, ResultsEntered
from tenant_apps.certificates.models import Certificate, CertificateSettings
from tenant_apps.certificates.papers import CERTIFICATE, draw_soon_if_wanted
from tenant_apps.certificates.selectors import earners_of, rule_of
from tenant_apps.documents.papers import draw_all_anew
from tenant_apps.people.joining import Moved, people_joined
from tenant_apps.people.models import Person
from tenant_apps.scheduling.completing import Outcome, completing_gives
from tenant_apps.scheduling.events import AttendanceMarked, SessionEnded
from tenant_apps.scheduling.models import Session, SessionStatus

ISSUE = "certificates.issue_earned"
LATER = timedelta(minutes=15)  # after a register or a result was put right: more may follow


@on(SessionEnded, name="certificates.issue")
def issue_when_over(event: SessionEnded) -> None:
    """Whoever has earned one by the end of the session gets it."""
    issue_earned(event.session_id)


@on(AttendanceMarked, ResultsEntered, name="certificates.issue_later")
def issue_what_came_later(event: AttendanceMarked | ResultsEntered) -> None:
    """A register that is filled in after the session is over earns certificates, too."""
    if Session.objects.filter(pk=event.session_id, status=SessionStatus.COMPLETED).exists():
        set_timer(ISSUE, at=now() + LATER, subject=event.session_id)


@timer(ISSUE)
def issue_earned(session_id: UUID) -> None:
    """Have a worker give whoever has earned one at this session their certificate, if that is done by itself."""
    if not CertificateSettings.objects.load().by_itself:
        return
    session = Session.objects.select_related("course", "trainer__person").get(pk=session_id)
    try:
        issue_to_all(session, by=None)
    except NobodyQualifies:
        pass


@completing_gives.add
def say_who_gets_one(*, session: Session, found: list[Outcome]) -> None:
    """Before a session is completed: how many get a certificate by that, who does not, and why."""
    if not rule_of(session.course).issues:
        return
    earners = earners_of(session, as_if_over=True)
    n = sum(one.earned for one in earners)
    if not n:
        said = _("Nobody gets a certificate.")
    elif CertificateSettings.objects.load().by_itself:
        said = ngettext("%d person gets a certificate.", "%d people get a certificate.", n) % n
    else:
        said = ngettext("%d certificate can be issued then.", "%d certificates can be issued then.", n) % n
    without = [(one.seat.name, one.why_not) for one in earners if one.why_not]
    if earners:
        found.append(Outcome(f"{said} {_('These get none:')}" if n and without else said, without))


@on(CertificateIssued, CertificateRevoked, name="certificates.draw")
def draw_it(event: CertificateIssued | CertificateRevoked) -> None:
    """A worker draws it ahead, and anew when it is revoked: its page then says so."""
    draw_soon_if_wanted(Certificate.objects.get(pk=event.certificate_id))


def is_another_design(event: SettingsChanged) -> bool:
    """Whether certificates look otherwise from now on."""
    return event.what == "certificates" and "design" in event.fields


@on(SettingsChanged, name="certificates.draw_anew", when=is_another_design)
def draw_in_the_new_design(event: SettingsChanged) -> None:
    """Have a worker draw those that are kept in the former design."""
    draw_all_anew(CERTIFICATE)


@seat_is_of.add
def certificates_follow(*, attendee: Attendee, before: UUID) -> None:
    """The office says who sits on a seat: what they were given for it is theirs, to see, to renew and to be forgotten.

    What is printed on it stays: the office may issue it anew, under the name that is known.
    """
    Certificate.objects.filter(attendee_id=attendee.pk, person=before).update(person=attendee.person_id)


@people_joined.add
def move_their_certificates(*, kept: Person, absorbed: Person, addresses: dict[UUID, str], moved: Moved) -> None:
    """Two records are one person: what one of them holds is the other's."""
    moved.move(Certificate.objects.filter(person=absorbed), "person", to=kept)
