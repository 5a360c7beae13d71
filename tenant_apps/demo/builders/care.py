"""How old those are who come to courses that ask it, and who looks after the children among them."""

from datetime import date, timedelta
from uuid import UUID

from tenant_apps.bookings.care_models import ConsentHow
from tenant_apps.bookings.models import Attendee, Care
from tenant_apps.demo.stage import Stage
from tenant_apps.people.models import Person
from tenant_apps.terms.models import TermsKind, TermsVersion
from tenant_apps.terms.versions import digest_of

FIRST_NAMES = ("Amina", "Leo", "Zawadi", "Noah", "Wanjiru", "Maya", "Theo", "Achieng", "Ella", "Baraka")
KEPT = timedelta(days=60)
SAYS_LATER = 0.15  # of those who book for a child
NOTES = ("Peanut allergy. Her pen is in the side pocket of her bag.", "Asthma: carries an inhaler.")


def seat_children(stage: Stage) -> None:
    """At courses for children one sits on each seat, who has the name of whoever booked."""
    for seat in stage.rows.get(Attendee, []):
        if stage.course_data(seat.booking.session.course.slug).asks_age:
            family = seat.booking.contact_name.split()[-1]
            name = f"{FIRST_NAMES[seat.pk.int % len(FIRST_NAMES)]} {family}"
            seat.person = stage.add(Person(id=UUID(int=seat.pk.int ^ 2), name=name))
            seat.name, seat.email = name, ""


def look_after_children(stage: Stage) -> None:
    """What was said of age and guardians, as far as it is still kept: most of those who are no children are of age."""
    consent = next(row for row in stage.rows[TermsVersion] if row.kind == TermsKind.CONSENT)
    for seat in stage.rows.get(Attendee, []):
        session = seat.booking.session
        course = stage.course_data(session.course.slug)
        if not (course.asks_age or course.minimum_age):
            continue
        child = course.asks_age or stage.dice.random() < 0.1
        if stage.now - session.ends_at > KEPT or stage.dice.random() < SAYS_LATER:
            continue
        years = stage.dice.randint(11, 15) if course.asks_age else 16 if child else stage.dice.randint(22, 55)
        born = date(session.starts_at.year - years, stage.dice.randint(1, 12), stage.dice.randint(1, 28))
        at = stage.dice.moment_of(seat.booking_id)
        care = Care(id=stage.dice.key(at), attendee=seat, date_of_birth=born)
        if child:
            _add_guardian(stage, care, consent)
        stage.add(care)


def _add_guardian(stage: Stage, care: Care, consent: TermsVersion) -> None:
    booking = care.attendee.booking
    care.guardian_is_buyer, care.guardian_name, care.relation = True, booking.contact_name, "Mother"
    care.guardian_phone, care.guardian_email = booking.contact_phone or "0117 496 0321", booking.buyer.email
    if stage.dice.random() < 0.4:
        care.collectors = f"{booking.contact_name}, or their grandmother Ruth"
    if stage.dice.random() < 0.2:
        care.note = stage.dice.choice(NOTES)
    care.consent_version, care.consent_digest = consent, digest_of(consent.text)
    care.consent_how = ConsentHow.BUYER
    care.consented_at = max(stage.dice.moment_of(booking.pk), consent.published_at or stage.now)
