"""Certificates: of those who came to all days of sessions that are over, and some of former years."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from uuid import UUID

from shared_apps.core.time import at as instant
from shared_apps.events.bus import DomainEvent
from shared_apps.events.models import Event
from tenant_apps.bookings.models import STANDING, Attendee
from tenant_apps.catalogue.models import Course
from tenant_apps.certificates.events import CertificateIssued, CertificateRevoked
from tenant_apps.certificates.models import EXPIRING, Certificate, CertificateSettings, CourseRule, Design, months_after
from tenant_apps.certificates.models.certificates import CODE_LENGTH, CODE_LETTERS
from tenant_apps.certificates.services import PREFIX, SERIES
from tenant_apps.certificates.wording import words_of
from tenant_apps.demo.stage import Stage
from tenant_apps.documents.models import Series
from tenant_apps.documents.services import DIGITS
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Attendance, SessionDay, SessionStatus

DESIGNS = {"bristol-gas-training": Design.FRAME, "clifton-driving-school": Design.PLAIN}
VALID = (12, 24, 24, 60, None)  # months
REVOKED = ("It was issued to the wrong person", "The assessment turned out not to be theirs")


def give_certificates(stage: Stage) -> None:
    """What each course asks for, and a certificate for whoever has earned one. Numbers follow the dates."""
    settings = CertificateSettings.objects.load()
    settings.design = DESIGNS.get(stage.data.slug, Design.MOSAIC)
    settings.save()
    rules = {
        course.pk: CourseRule.objects.create(course=course, valid_months=VALID[n % len(VALID)])
        for n, course in enumerate(stage.courses.values())
    }
    rows = [*_of_sessions(stage, rules), *_of_former_years(stage, rules)]
    rows.sort(key=lambda row: row.issued_at)
    for n, row in enumerate(rows, 1):
        row.number, row.id = f"{PREFIX}{n:0{DIGITS}d}", stage.dice.key(row.issued_at)
        row.code = "".join(stage.dice.choice(CODE_LETTERS) for _n in range(CODE_LENGTH))
        row.words = words_of(settings)
        row.remind_at = _remind_at(stage, row)
        stage.add(row)
        _happened(stage, row, CertificateIssued, row.issued_at, by_hand=row.by_hand)
    Series.objects.create(name=SERIES, prefix=PREFIX, next_number=len(rows) + 1)
    others = [row for row in rows if row.session and row.person_id != stage.student.pk]
    for row, reason in zip(others[3::40], REVOKED, strict=False):
        row.revoked_at, row.revoke_reason, row.remind_at = stage.days_ago(2), reason, None
        _happened(stage, row, CertificateRevoked, row.revoked_at)


def _happened(stage: Stage, row: Certificate, event: type[DomainEvent], at: datetime, **said: bool) -> None:
    """What its history says; nobody is told."""
    by = stage.office if row.by_hand or row.revoked_at else None
    stage.add(
        Event(
            id=stage.dice.key(at), name=event.name, subject_id=row.pk, payload={"certificate_id": str(row.pk), **said},
            by_id=by.pk if by else None, by_name=by.name if by else "",
        )
    )  # fmt: skip


def _of_sessions(stage: Stage, rules: dict[UUID, CourseRule]) -> list[Certificate]:
    days: dict[UUID, int] = defaultdict(int)
    for day in stage.rows.get(SessionDay, []):
        days[day.session_id] += day.live
    came: dict[UUID, int] = defaultdict(int)
    for mark in stage.rows.get(Attendance, []):
        came[mark.attendee_id] += mark.came
    rows = []
    for seat in stage.rows.get(Attendee, []):
        booking, session = seat.booking, seat.booking.session
        if session.status != SessionStatus.COMPLETED or booking.status not in STANDING or seat.person is None:
            continue
        if came[seat.pk] < days[session.pk]:
            continue
        begins_on, ends_on = (moment.astimezone(stage.zone).date() for moment in (session.starts_at, session.ends_at))
        issued_at = min(session.ends_at + timedelta(minutes=20), stage.now)
        row = _row(rules, seat.person, session.course, begins_on, ends_on, issued_at)
        row.name, row.session, row.attendee_id, row.booking = seat.name, session, seat.pk, booking
        row.company, row.organisation = booking.company, booking.organisation
        row.trainer_name, row.assessor_name = str(session.trainer or ""), str(session.assessor or "")
        rows.append(row)
    return rows


def _of_former_years(stage: Stage, rules: dict[UUID, CourseRule]) -> list[Certificate]:
    """Some that expire soon and some that have expired, which the office gave by hand when it began here."""
    lasting = [course for course in stage.courses.values() if rules[course.pk].valid_months]
    others = stage.people[5:60:7]
    ends = [(stage.student, 25), (stage.student, -40)]
    ends += [(person, 20 + 4 * n if n % 2 else -30 - 11 * n) for n, person in enumerate(others)]
    rows = []
    for n, (person, days_left) in enumerate(ends):
        course = lasting[n % len(lasting)]
        last = months_after(stage.today + timedelta(days=days_left), -(rules[course.pk].valid_months or 12))
        row = _row(rules, person, course, last, last, instant(last, time(17), stage.zone))
        row.name, row.by_hand, row.organisation = person.name, True, person.organisation
        row.company = person.organisation.name if person.organisation else ""
        rows.append(row)
    return rows


def _row(
    rules: dict[UUID, CourseRule], person: Person, course: Course, begins_on: date, ends_on: date, issued_at: datetime
) -> Certificate:
    months = rules[course.pk].valid_months
    return Certificate(
        person=person, course=course, course_title=course.title, begins_on=begins_on, ends_on=ends_on,
        expires_on=months_after(ends_on, months) if months else None, issued_at=issued_at,
    )  # fmt: skip


def _remind_at(stage: Stage, row: Certificate) -> datetime | None:
    """The morning on which they are told; None where that was, or it does not expire."""
    if row.expires_on is None:
        return None
    told_at = instant(row.expires_on - EXPIRING, time(9), stage.zone)
    return told_at if told_at > stage.now else None
