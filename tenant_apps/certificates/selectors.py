"""What pages of certificates show: who has earned one, and what somebody asks about one."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from shared_apps.accounts.models import Visitor
from shared_apps.core.personal import ERASED_NAME
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.certificates.models import (
    Certificate,
    CertificateQuerySet,
    CertificateStatus,
    CourseRule,
    Result,
    Wants,
)
from tenant_apps.people.models import persons_of
from tenant_apps.scheduling.attendance import Seat, attendance_of
from tenant_apps.scheduling.completing import days_kept
from tenant_apps.scheduling.models import AttendanceStatus, Session, SessionStatus

LINK = "certificate"  # what the link of its holder is signed for
OF_BOOKING = "certificates of a booking"  # and that of whoever booked for others
CHECKED_A_MINUTE = 30  # by one network
SHOWN = ("course", "person", "session", "organisation")


@dataclass(frozen=True)
class Earner:
    """Somebody who sat at a session: how often they came, their result, and the certificate that they have.

    `why_not` says what lacks; empty where one is earned.
    """

    seat: Seat
    share: Fraction
    came: int
    days: int
    result: Result | None
    certificate: Certificate | None
    why_not: str

    @property
    def earned(self) -> bool:
        """Whether nothing speaks against giving them one."""
        return not self.why_not

    @property
    def waits(self) -> bool:
        """Whether one is earned and not issued."""
        return self.earned and self.certificate is None


def rule_of(course: Course) -> CourseRule:
    """What earns a certificate of `course`; the defaults where nobody chose."""
    found = CourseRule.objects.filter(course=course).select_related("renewed_by").first()
    return found or CourseRule(course=course)


def earners_of(session: Session, *, as_if_over: bool = False) -> list[Earner]:
    """Everybody who sits at `session`, by name, and whether they have earned a certificate.

    `as_if_over`: whether they would have, were it completed now.
    """
    rule = rule_of(session.course)
    kept = days_kept(session) if as_if_over else session.taught_days
    days = [day.pk for day in kept]
    over = as_if_over or session.status == SessionStatus.COMPLETED
    results = {row.attendee_id: row for row in Result.objects.filter(session=session)}
    standing = Certificate.objects.standing().filter(session=session)
    held = {row.attendee_id: row for row in standing}
    taken_back = Certificate.objects.filter(session=session, replaced_by=None).exclude(revoked_at=None)
    revoked = {row.attendee_id: row for row in taken_back}
    found = []
    for line in attendance_of(session):
        pk = line.seat.attendee_id
        if line.seat.status == AttendanceStatus.CANCELLED and pk not in held:
            continue
        came = sum(row.came for day, row in line.marked.items() if day in days)
        share = Fraction(came, len(days)) if days else Fraction(0)
        result = results.get(pk)
        why_not = _why_not(rule, line.seat, share if days else None, result) if over else _not_over(rule)
        if pk in revoked and pk not in held:
            why_not = why_not or _("%s was revoked: only somebody of the office gives another.") % revoked[pk].number
        found.append(Earner(line.seat, share, came, len(days), result, held.get(pk), why_not))
    return found


def _not_over(rule: CourseRule) -> str:
    return _("The session is not over yet.") if rule.issues else _("This course gives no certificates.")


def _why_not(rule: CourseRule, seat: Seat, share: Fraction | None, result: Result | None) -> str:
    """Of a session that is over; `share` is None where it was ended before any of its days."""
    if not rule.issues:
        return _("This course gives no certificates.")
    if seat.status != AttendanceStatus.CONFIRMED:
        return _("They have no seat any more.")
    if share is None:
        return _("It was ended before its first day, and nobody was marked.")
    if share * 100 < rule.share_percent:
        values = {"came": _percent(share), "needed": rule.share_percent}
        return _("Came to %(came)s %% of the days; %(needed)s %% are needed.") % values
    if rule.wants == Wants.NOTHING:
        return ""
    if result is None or (rule.wants == Wants.MARK and result.mark is None and not result.passed):
        return _("The result is missing.") if result is None or result.passed is None else _("Did not pass.")
    if result.mark is not None and result.mark < rule.pass_mark:
        values = {"mark": result.mark, "needed": rule.pass_mark}
        return _("Reached %(mark)s %%; %(needed)s %% are needed.") % values
    return "" if result.mark is not None or result.passed else _("Did not pass.")


def _percent(share: Fraction) -> int:
    return int(share * 100)  # never more than it is: 99.9 is not 100


def companies_of(seats: Mapping[UUID, Seat]) -> dict[UUID, Booking]:
    """The bookings that gave these seats, by the keys of these."""
    keys = {seat.holder_id for seat in seats.values() if seat.holder_id}
    rows = {row.pk: row for row in Booking.objects.filter(pk__in=keys).select_related("buyer")}
    return {pk: rows[seat.holder_id] for pk, seat in seats.items() if seat.holder_id in rows}


def own_certificates(user: Visitor) -> CertificateQuerySet:
    """What `user` holds, or somebody whom they have access to; whatever their role is."""
    rows = Certificate.objects.filter(person__in=persons_of(user)).filter(replaced_by=None)
    return rows.select_related("course", "person").order_by("-ends_on", "-pk")


def of_their_people(user: Visitor) -> CertificateQuerySet:
    """What those hold for whom `user` booked, or who are of the company that they are the contact of."""
    if not user.is_authenticated:
        return Certificate.objects.none()
    rows = Certificate.objects.visible_to(user).exclude(person__in=persons_of(user)).filter(replaced_by=None)
    if user.can("certificates.view"):  # what the office and trainers see is not theirs
        rows = rows.filter(booking__buyer__in=persons_of(user))
    return rows.standing().select_related("course").order_by("name", "expires_on", "pk")


def token_of(certificate: Certificate) -> str:
    """What opens the page of its holder without an account."""
    return sign(LINK, str(certificate.pk))


def holder_link(certificate: Certificate) -> str:
    """The address of that page."""
    return tenant_url("certificate_held", token_of(certificate))


def held_by_token(token: str) -> Certificate | None:
    """The certificate that `token` opens; None for one that is not ours."""
    try:
        pk = unsign(LINK, token)
    except BadSignature:
        return None
    return Certificate.objects.select_related(*SHOWN).filter(pk=pk).first()


def seat_of(certificate: Certificate) -> Attendee | None:
    """The seat that it was earned on, whoever sits there by now; None where there is none."""
    return Attendee.objects.filter(pk=certificate.attendee_id).first() if certificate.attendee_id else None


def called_otherwise(certificate: Certificate) -> str:
    """What whoever is to hold a standing certificate is called by now; "" where it says so.

    That is who sits on its seat, once the office has corrected that, and else the person who holds it.
    """
    if certificate.revoked_at or certificate.is_erased:
        return ""
    seat = seat_of(certificate)
    name = seat.name if seat and seat.person_id != certificate.person_id else certificate.person.name
    return "" if name in (certificate.name, ERASED_NAME) else name


def renewing(certificate: Certificate) -> Course | None:
    """The course to book when a certificate is to be renewed; None where it needs none or visitors can't see it."""
    if certificate.expires_on is None or certificate.status not in (
        CertificateStatus.EXPIRING,
        CertificateStatus.EXPIRED,
    ):
        return None
    course = rule_of(certificate.course).renewed_by or certificate.course
    return course if course.published and course.active else None


def booking_token(booking: Booking) -> str:
    """What opens the page with all certificates of a booking's people."""
    return sign(OF_BOOKING, [str(booking.pk), booking.link_number])


def link_to_booking(booking: Booking) -> str:
    """The address of that page, for whoever booked."""
    return tenant_url("certificates_of_booking", booking_token(booking))


def booking_by_token(token: str) -> Booking | None:
    """The booking whose certificates `token` opens; None for none of ours, and one whose links were called in."""
    try:
        pk, number = unsign(OF_BOOKING, token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Booking.objects.select_related("session__course").filter(pk=pk, link_number=number).first()


def certificates_of_booking(booking: Booking) -> CertificateQuerySet:
    """What its people hold."""
    rows = Certificate.objects.standing().filter(booking=booking).select_related("course")
    return rows.order_by("name", "pk")


def by_code(code: str) -> Certificate | None:
    """The certificate with this code, as somebody typed or scanned it."""
    return Certificate.objects.filter(code=code.strip().lower()[:100]).first()


def by_number(number: str, name: str) -> Certificate | None:
    """The one with this number, for who knows the name on it, too: numbers are easily guessed."""
    found = Certificate.objects.filter(number__iexact=_number(number)).first()
    if found is None or found.is_erased or not _same(found.name, name):
        return None
    return found


def _number(typed: str) -> str:
    digits = re.sub(r"[^0-9]", "", typed)[:20]
    return f"C-{int(digits):05d}" if digits else ""


def _same(name: str, typed: str) -> bool:
    """Whether somebody typed this name: all of it, or its last part, whatever the accents and capitals."""
    whole, said = _plain(name), _plain(typed)
    return bool(said) and said in (whole, whole.rsplit(" ", 1)[-1])


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.split())
