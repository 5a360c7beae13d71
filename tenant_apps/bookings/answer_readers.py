"""Who reads and changes which answers of somebody who comes."""

from enum import Enum

from tenant_apps.bookings.asked import Asked
from tenant_apps.bookings.models import Answer, Attendee
from tenant_apps.questions.models import Question


class Reader(Enum):
    """Who has the form open."""

    ALL = "all"  # the attendee, the office
    BUYER = "buyer"
    NAMER = "namer"  # whoever in a company knows who comes


def is_open_to(reader: Reader, attendee: Attendee, answer: Answer) -> bool:
    """Whether `reader` reads `answer`, and so may change it.

    Whoever booked does not read what an attendee answered by their own link, who has the link to the names nothing.
    """
    if reader == Reader.BUYER:
        return not answer.by_attendee or attendee.person_id == attendee.booking.buyer_id
    return reader == Reader.ALL


def hidden_from(reader: Reader, asked: Asked) -> list[Question]:
    """The questions that were answered, and the answer is not open to `reader`."""
    given = [(one, asked.answers[one.pk]) for one in asked.questions if one.pk in asked.answers]
    return [one for one, answer in given if not is_open_to(reader, asked.attendee, answer)]
