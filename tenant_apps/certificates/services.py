"""Giving certificates, putting them right and taking them back; and what earns them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.time import local, now
from shared_apps.events.bus import emit
from tenant_apps.bookings.models import Booking
from tenant_apps.branding.services import change_choices
from tenant_apps.catalogue.models import Course
from tenant_apps.certificates.errors import AlreadyIssued, IsRevoked, NotEarned
from tenant_apps.certificates.events import CertificateIssued, CertificateRevoked, CourseRuleChanged, ResultsEntered
from tenant_apps.certificates.models import Certificate, CertificateSettings, CourseRule, Result, Wants, months_after
from tenant_apps.certificates.reminders import plan_reminders, reminder_time
from tenant_apps.certificates.selectors import earners_of, rule_of, seat_of
from tenant_apps.certificates.wording import check_words, words_of
from tenant_apps.documents.models import Series
from tenant_apps.documents.services import take_number
from tenant_apps.people.models import Organisation, Person
from tenant_apps.scheduling.attendance import Seat, attendance_of
from tenant_apps.scheduling.errors import NotOnRegister
from tenant_apps.scheduling.models import Session

SERIES, PREFIX = "certificate", "C-"


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """What is written down of one seat: passed or not, or a mark in per cent; neither: nothing yet."""

    attendee_id: UUID
    passed: bool | None = None
    mark: int | None = None
    note: str = ""


@transaction.atomic
def issue_certificate(
    *, session: Session, attendee_id: UUID, by: User | None, by_hand: bool = False, quietly: bool = False
) -> Certificate:
    """Give whoever sits on this seat the certificate of `session`; `by_hand`, whether they earned it or not.

    Raises `NotEarned`, `AlreadyIssued`, `NotOnRegister`.
    """
    series = _locked_series()  # first: whoever waited here finds it issued
    earner = next((one for one in earners_of(session) if one.seat.attendee_id == attendee_id), None)
    if earner is None:
        raise NotOnRegister
    if earner.certificate:
        raise AlreadyIssued
    if earner.why_not and not by_hand:
        raise NotEarned(earner.why_not)
    seat = earner.seat
    assert seat.person_id is not None  # whoever sits somewhere is a person
    booking = Booking.objects.filter(pk=seat.holder_id).first() if seat.holder_id else None
    organisation = _organisation(seat, booking)
    begins_on, ends_on = local(session.starts_at).date(), local(session.over_at).date()
    certificate = Certificate(
        person_id=seat.person_id, course=session.course, session=session, attendee_id=attendee_id, booking=booking,
        organisation=organisation, company=_company(booking, organisation), name=seat.name,
        course_title=session.course.title, trainer_name=str(session.trainer or ""),
        assessor_name=str(session.assessor or ""),
        begins_on=begins_on, ends_on=ends_on, by_hand=by_hand, result=_result(earner.result, session.course),
    )  # fmt: skip
    return _issued(certificate, series, by=by, quietly=quietly)


@transaction.atomic
def give_certificate(
    *, person: Person, course: Course, name: str, ends_on: date, begins_on: date | None = None, trainer_name: str = "",
    by: User | None, quietly: bool = False,
) -> Certificate:  # fmt: skip
    """Give somebody a certificate of a course that no session here stands for, such as one of a former system."""
    certificate = Certificate(
        person=person, course=course, organisation=person.organisation, name=name, course_title=course.title,
        company=person.organisation.name if person.organisation else "", trainer_name=trainer_name, by_hand=True,
        begins_on=begins_on or ends_on, ends_on=ends_on,
    )  # fmt: skip
    return _issued(certificate, _locked_series(), by=by, quietly=quietly)


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, reason: str, by: User | None) -> Certificate:
    """Take it back: its page says so from now on. Raises `IsRevoked`."""
    _revoke(_locked(certificate), reason, by=by)
    certificate.refresh_from_db()
    return certificate


@transaction.atomic
def reissue_certificate(
    certificate: Certificate, *, name: str = "", reason: str = "", by: User | None, quietly: bool = False
) -> Certificate:
    """Another one in its place, with a number of its own; perhaps with the right `name`. Raises `IsRevoked`.

    The former one is revoked, and either page leads to the other. It is of who sits on the seat by now, if that is
    their name.
    """
    series = _locked_series()
    old = _locked(certificate)
    if old.revoked_at:
        raise IsRevoked
    _revoke(old, reason, by=by, replaced=True)
    kept = (
        "person", "course", "session", "attendee_id", "booking", "organisation", "company", "course_title",
        "trainer_name", "assessor_name", "begins_on", "ends_on", "result", "expires_on", "by_hand", "reminded_at",
    )  # fmt: skip
    new = Certificate(name=name or old.name, replaces=old, **{field: getattr(old, field) for field in kept})
    seat = seat_of(old)
    if seat and seat.person and seat.name == new.name:
        new.person = seat.person
    return _issued(new, series, by=by, quietly=quietly)


@transaction.atomic
def enter_results(*, session: Session, results: Sequence[Assessed], by: User | None) -> list[UUID]:
    """Write down how people did; the keys of the seats of which something changed. Raises `NotOnRegister`."""
    Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    known = {line.seat.attendee_id for line in attendance_of(session)}
    if {one.attendee_id for one in results} - known:
        raise NotOnRegister
    before = {row.attendee_id: row for row in Result.objects.filter(session=session)}
    changed = []
    for one in results:
        row, said = before.get(one.attendee_id), (one.passed if one.mark is None else None, one.mark, one.note)
        if row and (row.passed, row.mark, row.note) == said:
            continue
        if said[:2] == (None, None):
            if row is None:
                continue
            row.delete()
        else:
            row = row or Result(session=session, attendee_id=one.attendee_id)
            row.passed, row.mark, row.note = said
            row.by = by
            row.save()
        changed.append(one.attendee_id)
    if changed:
        ids = [str(pk) for pk in changed]
        emit(ResultsEntered(session_id=session.pk, attendee_ids=ids), by=by, subject=session)
    return changed


@transaction.atomic
def change_rule(course: Course, *, by: User | None, **changes: object) -> CourseRule:
    """Say what earns a certificate of `course` from now on. Certificates that were issued stay as they are."""
    Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    rule = rule_of(course)
    fields = [field for field, value in changes.items() if getattr(rule, field) != value]
    if fields:
        for field in fields:
            setattr(rule, field, changes[field])
        rule.save()
        emit(CourseRuleChanged(course_id=course.pk, fields=sorted(fields)), by=by, subject=course)
    return rule


def change_certificate_settings(changes: dict[str, object], *, by: User | None) -> None:
    """Write `changes`, fields of `CertificateSettings` by name. Raises `WrongWords`.

    What was issued keeps its words; its look is always the present one.
    """
    check_words(changes)
    with transaction.atomic():
        changed = change_choices(CertificateSettings, changes, what="certificates", by=by)
        if "remind_days" in changed:
            plan_reminders()


def _locked_series() -> Series:
    made = Series.objects.get_or_create(name=SERIES, defaults={"prefix": PREFIX})[0]
    return Series.objects.select_for_update().get(pk=made.pk)


def _locked(certificate: Certificate) -> Certificate:
    return Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)


def _issued(certificate: Certificate, series: Series, *, by: User | None, quietly: bool) -> Certificate:
    settings = CertificateSettings.objects.load()
    rule = rule_of(certificate.course)
    certificate.number, certificate.issued_at = take_number(series), now()
    certificate.words = words_of(settings)
    if certificate.expires_on is None and rule.valid_months and certificate.replaces is None:
        certificate.expires_on = months_after(certificate.ends_on, rule.valid_months)
    if certificate.reminded_at is None:
        certificate.remind_at = reminder_time(certificate.expires_on, settings.remind_days)
    certificate.save()
    issued = CertificateIssued(certificate_id=certificate.pk, by_hand=certificate.by_hand, quietly=quietly)
    emit(issued, by=by, subject=certificate)
    return certificate


def _revoke(certificate: Certificate, reason: str, *, by: User | None, replaced: bool = False) -> None:
    if certificate.revoked_at:
        raise IsRevoked
    certificate.revoked_at, certificate.revoke_reason, certificate.remind_at = now(), reason.strip()[:300], None
    certificate.save(update_fields=["revoked_at", "revoke_reason", "remind_at"])
    emit(CertificateRevoked(certificate_id=certificate.pk, replaced=replaced), by=by, subject=certificate)


def _result(result: Result | None, course: Course) -> str:
    if result is None or rule_of(course).wants == Wants.NOTHING:
        return ""
    return str(result)


def _organisation(seat: Seat, booking: Booking | None) -> Organisation | None:
    """The company among whose people they came: that of the booking, else their own."""
    if booking and booking.organisation_id:
        return booking.organisation
    assert seat.person_id is not None
    return Person.objects.select_related("organisation").get(pk=seat.person_id).organisation


def _company(booking: Booking | None, organisation: Organisation | None) -> str:
    if booking and booking.company:
        return booking.company
    return organisation.name if organisation else ""
