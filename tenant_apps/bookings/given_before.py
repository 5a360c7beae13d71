"""What somebody gave with a booking before, as the initial values of the form on which they say who is coming."""

from tenant_apps.bookings.answer_forms import field_name
from tenant_apps.bookings.answer_readers import Reader, hidden_from
from tenant_apps.bookings.asked import asked_on
from tenant_apps.bookings.care import care_of
from tenant_apps.bookings.care_forms import SHOWN_TO_BUYER
from tenant_apps.bookings.models import Booking
from tenant_apps.questions.fields import initial


def given_before(booking: Booking) -> dict[str, object]:
    """`booking` as the form's initial values, to go back to it."""
    attendees = list(booking.attendees.all())
    coming = bool(attendees and attendees[0].email and attendees[0].email.lower() == booking.shown_email.lower())
    first = 2 if coming else 1
    names = {f"attendee_{n}": attendee.name for n, attendee in enumerate(attendees[first - 1 :], first)}
    return {
        "seats": booking.seats,
        "name": booking.contact_name,
        "email": booking.shown_email,
        "phone": booking.contact_phone,
        "company": booking.company,
        "special_requests": booking.special_requests,
        "coming": coming or not attendees,
        **names,
    }


def said_of_people(booking: Booking) -> dict[str, object]:
    """What was said with another booking of the course of those who came with it, as initial values of the form.

    Without files, notes on health and consent, which are not given on; and what somebody answered by their own link.
    """
    course = booking.session.course
    people = {one.attendee.position: one for one in asked_on([booking], course_id=course.pk)}
    said: dict[str, object] = {}
    for n, one in people.items():
        hidden = hidden_from(Reader.BUYER, one)
        for question, answer in one.lines:
            if answer and not question.is_file and question not in hidden and answer.kind == question.kind:
                said[field_name(str(n), question)] = initial(question, answer.text)
    for row in booking.attendees.select_related("care") if course.asks_for_age else ():
        if care := care_of(row):
            known = {name: getattr(care, name) for name in SHOWN_TO_BUYER}
            known |= {"guardian_is_buyer": True} if care.guardian_is_buyer or not care.guardian_name else {}
            said |= {f"care{row.position}-{name}": value for name, value in known.items() if value is not None}
    return said
