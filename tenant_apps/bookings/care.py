"""How old attendees are, and who looks after those under 18, where a course asks that."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.lines import one_line
from shared_apps.core.locking import lock_row
from shared_apps.core.models import known
from shared_apps.core.time import local, local_today, now
from shared_apps.events.bus import emit
from tenant_apps.bookings.care_models import Care, ConsentHow
from tenant_apps.bookings.errors import BookingOver, ConsentChanged, TooLateForNames, TooYoung
from tenant_apps.bookings.events import CareGiven, CareNoteRead
from tenant_apps.bookings.models import Attendee, Booking, BookingStatus
from tenant_apps.bookings.name_times import may_be_named
from tenant_apps.people.identity import same_name
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.models import BookingTerms, TermsKind, TermsVersion
from tenant_apps.terms.starters import STARTERS
from tenant_apps.terms.versions import digest_of, in_force

OF_AGE = 18
OLDEST = 120  # years
# What is kept of under-18s alone, and not of them for long; with what stands there for nothing.
OF_MINORS: dict[str, object] = {
    "guardian_is_buyer": False, "guardian_name": "", "guardian_phone": "", "guardian_email": "", "relation": "",
    "collectors": "", "emergency_phone": "", "note": "",
}  # fmt: skip


class GivenCare(TypedDict, total=False):
    """What is said of one attendee; what is left out stays. `consents`: the guardian agrees to the text in force.

    Of who is of age nothing but the date of birth is kept.

    `consent_shown` is the digest, `consent_number` the number of the text that they were shown, as far as it is known.
    """

    date_of_birth: date
    guardian_is_buyer: bool
    guardian_name: str
    guardian_phone: str
    guardian_email: str
    relation: str
    collectors: str
    emergency_phone: str
    note: str
    consents: bool
    consent_shown: str
    consent_number: int


@dataclass(frozen=True)
class Consent:
    """The text that guardians agree to: a version that the provider published, else the platform's starter text."""

    title: str
    text: str
    version: TermsVersion | None

    @property
    def digest(self) -> str:
        """SHA-256 of its text: which page and which row speak of the same."""
        return digest_of(self.text)

    @property
    def number(self) -> int:
        """The number of its version; 0 for the starter text."""
        return (self.version.number or 0) if self.version else 0


def consent_in_force() -> Consent:
    """What a guardian is asked to agree to now."""
    if version := in_force(TermsKind.CONSENT):
        return Consent(version.title, version.text, version)
    title, text = STARTERS[TermsKind.CONSENT]
    return Consent(str(title), str(text).strip(), None)


def first_day(session: Session) -> date:
    """The first day of a session, on the calendar where it takes place."""
    return local(session.starts_at).date()


def age_on(born: date, day: date) -> int:
    """Whole years on `day`. Who was born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_likely(born: date) -> bool:
    """Whether somebody may have been born then."""
    today = local_today()
    return born <= today and age_on(born, today) <= OLDEST


def is_minor(born: date | None, session: Session) -> bool:
    """Whether somebody is under 18 on the first day of `session`."""
    return born is not None and age_on(born, first_day(session)) < OF_AGE


def care_of(attendee: Attendee) -> Care | None:
    """What is known of `attendee`, if anything."""
    return getattr(attendee, "care", None)


def open_to_names(care: Care | None) -> set[str]:
    """What of `GivenCare` whoever has the link to the names may say of somebody: what nobody has said yet.

    Where a guardian is known, they alone or those whom they named may collect the child.
    """
    names = set(GivenCare.__annotations__)
    if care is None:
        return names
    closed = {name for name in ("date_of_birth", "collectors", "emergency_phone", "note") if getattr(care, name)}
    if care.guardian_name:
        closed |= {"guardian_is_buyer", "guardian_name", "guardian_phone", "guardian_email", "relation", "collectors"}
        if care.shown_emergency_phone:
            closed.add("emergency_phone")
    if care.consented_at:
        closed |= {"consents", "consent_shown", "consent_number"}
    if {"guardian_name", "emergency_phone", "consents"} <= closed:
        closed.add("note")  # nothing is missing
    return names - closed


def missing_of(attendee: Attendee, session: Session) -> list[str]:
    """What its course asks of `attendee` and nobody said yet, a few words each."""
    if not session.course.asks_for_age:
        return []
    care = care_of(attendee)
    if care is None or care.date_of_birth is None:
        return [_("date of birth")]
    if not is_minor(care.date_of_birth, session):
        return []
    missing = [] if care.guardian_name else [_("parent or guardian")]
    if care.guardian_name and not care.shown_emergency_phone:
        missing = [_("a phone number of their parent or guardian")]
    return missing if care.consented_at else [*missing, _("their consent")]


def all_missing(booking: Booking) -> list[tuple[Attendee, list[str]]]:
    """Of each attendee of `booking` of whom something is missing, what that is."""
    if not booking.session.course.asks_for_age:
        return []
    rows = booking.attendees.select_related("care")
    found = [(row, missing_of(row, booking.session)) for row in rows]
    return [(row, missing) for row, missing in found if missing]


def care_lines(booking: Booking) -> list[str]:
    """What is missing of those who come by `booking`, a line each."""
    return [f"{one_line(row.name)}: {', '.join(missing)}" for row, missing in all_missing(booking)]


def refuse_too_young(name: str, born: date | None, session: Session) -> None:
    """Raises `TooYoung` for who is not as old as the course of `session` asks, on its first day."""
    least = session.course.minimum_age
    if born is not None and least is not None and age_on(born, first_day(session)) < least:
        raise TooYoung(name, least, first_day(session))


def refuse_too_young_for(booking: Booking, to: Session) -> None:
    """Raises `TooYoung` when somebody who comes with `booking` may not go to another session."""
    if to.course.minimum_age is not None:
        for row in booking.attendees.select_related("care"):
            care = care_of(row)
            refuse_too_young(row.name, care.date_of_birth if care else None, to)


def new_care(
    booking: Booking, given: Sequence[GivenCare | None], *, by: User | None, by_office: bool = False
) -> list[Care]:
    """Rows to be written with a new booking, `given` for its attendees in their order.

    Raises `TooYoung`, `ConsentChanged`.
    """
    rows = []
    for attendee, said in zip(known(booking, "attendees"), given, strict=False):
        if said:
            rows.append(_say(Care(attendee=attendee), said, booking, how=_how(by_office), by=by))
    return rows


@transaction.atomic
def give_care(
    booking: Booking, given: Sequence[GivenCare | None], *, by: User | None, by_office: bool = False,
    only_missing: bool = False,
) -> list[Care]:  # fmt: skip
    """Say it of the attendees of a booking that is there, in their order; None of one leaves them as they are.

    `only_missing`: by the link to the names. What is known stays, too (`open_to_names`), and whoever booked hears of
    who was added. Buyers may as long as they may change names, the office on the day and later, too.
    Raises `TooYoung`, `BookingOver`, `TooLateForNames`, `ConsentChanged`.
    """
    if not any(given):
        return []
    booking = lock_row(Booking.objects.select_related("session__course", "buyer"), booking.pk)
    if not (booking.stands if by_office else booking.is_changeable):
        raise BookingOver
    is_held = booking.status == BookingStatus.PENDING  # its buyer goes back to what they are still booking
    if not (by_office or is_held or may_be_named(booking)):
        raise TooLateForNames(BookingTerms.objects.load().names_until_hours)
    stranger = only_missing and (by is None or by.pk != booking.buyer.user_id)
    written = []
    for attendee, said in zip(booking.attendees.select_related("care"), given, strict=False):
        if said and only_missing:
            fields = open_to_names(care_of(attendee))
            said = cast(GivenCare, {name: value for name, value in said.items() if name in fields})
        if not said:
            continue
        care = care_of(attendee) or Care(attendee=attendee)
        before, agreed_at = _who_looks_after(care), care.consented_at
        _say(care, said, booking, how=_how(by_office, only_missing), by=by)
        care.save()
        written.append(care)
        event = CareGiven(
            booking_id=booking.pk, seat=attendee.position, by_names=stranger,
            consents=care.consented_at is not None and care.consented_at != agreed_at,
            added=[name for name in _who_looks_after(care) if name not in before],
        )  # fmt: skip
        emit(event, by=by, subject=booking)
    return written


def give_care_of(
    attendee: Attendee, said: GivenCare, *, by: User | None, by_office: bool = False, only_missing: bool = False
) -> list[Care]:
    """Say it of one attendee. Raises what `give_care` raises."""
    keys = list(attendee.booking.attendees.values_list("pk", flat=True))
    given = [said if pk == attendee.pk else None for pk in keys]
    return give_care(attendee.booking, given, by=by, by_office=by_office, only_missing=only_missing)


def forget_care(attendees: Collection[UUID]) -> None:
    """Whoever sat there comes no more, or comes to what asks no age: nothing that was said of them is kept."""
    if attendees:
        Care.objects.filter(attendee__in=attendees).delete()


@transaction.atomic
def read_note(attendee: Attendee, *, by: User | None) -> str:
    """What was noted of an attendee's health. That somebody read it stands in the booking's history."""
    care = care_of(attendee)
    if care is None or not care.note:
        return ""
    event = CareNoteRead(booking_id=attendee.booking_id, seat=attendee.position)
    emit(event, by=by, subject=attendee.booking)
    return care.note


def _how(by_office: bool, only_missing: bool = False) -> ConsentHow:
    if by_office:
        return ConsentHow.OFFICE
    return ConsentHow.NAMES if only_missing else ConsentHow.BUYER


def _who_looks_after(care: Care) -> list[str]:
    """Which of those are known whom a child is given to or who are called: see `CareGiven.added`."""
    known = {
        "guardian": care.guardian_name, "collectors": care.collectors, "emergency_phone": care.emergency_phone
    }  # fmt: skip
    return [name for name, value in known.items() if value]


def _say(care: Care, said: GivenCare, booking: Booking, *, how: ConsentHow, by: User | None) -> Care:
    """Put what was said into the row. Another guardian has not agreed to anything yet; who is of age needs none."""
    if "date_of_birth" in said:
        refuse_too_young(care.attendee.name, said["date_of_birth"], booking.session)
    former = (care.guardian_name, care.guardian_is_buyer)
    for name, value in said.items():
        if name not in ("consents", "consent_shown", "consent_number"):
            setattr(care, name, value)
    if care.guardian_is_buyer and said.get("guardian_is_buyer"):
        care.guardian_name = care.guardian_name or booking.contact_name
        care.guardian_phone = care.guardian_phone or booking.contact_phone
        care.guardian_email = care.guardian_email or booking.shown_email
    if not same_name(former[0], care.guardian_name) or former[1] != care.guardian_is_buyer:
        _no_consent(care)
    of_age = care.date_of_birth is not None and not is_minor(care.date_of_birth, booking.session)
    if of_age and how != ConsentHow.NAMES:  # that link takes nothing away
        for name, nothing in OF_MINORS.items():
            setattr(care, name, nothing)
        _no_consent(care)
        return care
    if said.get("consents") and care.guardian_name:
        text = consent_in_force()
        shown = said.get("consent_shown", text.digest), said.get("consent_number", text.number)
        if shown != (text.digest, text.number):
            raise ConsentChanged(text.number)
        if care.consent_digest != text.digest:  # else they have agreed to this already
            care.consent_version, care.consent_digest, care.consented_at = text.version, text.digest, now()
            care.consent_how, care.consent_by = how, by
    return care


def _no_consent(care: Care) -> None:
    care.consent_version, care.consent_digest, care.consented_at = None, "", None
    care.consent_how, care.consent_by = "", None
