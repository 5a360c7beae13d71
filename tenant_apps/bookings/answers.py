"""Answering the questions of a course, for each person who comes."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.locking import lock_row
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.files.errors import NoRoomLeft
from tenant_apps.bookings.answer_readers import Reader, is_open_to
from tenant_apps.bookings.errors import AnsweredThemselves, BookingOver, FileNotTaken
from tenant_apps.bookings.events import QuestionsAnswered
from tenant_apps.bookings.models import Answer, Attendee, Booking
from tenant_apps.questions.fields import Given
from tenant_apps.questions.models import Question

AnswersGiven = Mapping[UUID, Given]  # by the keys of the questions


@transaction.atomic
def answer_questions(
    attendee: Attendee, given: AnswersGiven, *, by: User | None, themselves: bool = False, by_office: bool = False,
    reader: Reader = Reader.ALL,
) -> Attendee:  # fmt: skip
    """Write down what is `given` for `attendee`; an empty text takes an answer back, what is not given stays.

    `themselves`: they have answered by the link that is theirs alone. Questions that their course does not ask are left
    out. Raises `BookingOver`, from the beginning of the session on for everybody but the office, `FileNotTaken`, and
    `AnsweredThemselves` for what `reader` does not read.
    """
    booking = lock_row(Booking.objects.select_related("session"), attendee.booking_id)
    if not (booking.stands if by_office else booking.is_changeable):
        raise BookingOver
    attendee = lock_row(Attendee.objects.select_related("booking__session"), attendee.pk)
    if write_answers(attendee, given, course_id=booking.session.course_id, themselves=themselves, reader=reader):
        event = QuestionsAnswered(booking_id=booking.pk, attendee_id=attendee.pk, themselves=themselves)
        emit(event, by=by, subject=booking)
    return attendee


def answer_for_seats(
    booking: Booking, answers: Sequence[AnswersGiven], *, reader: Reader = Reader.ALL
) -> list[Attendee]:
    """Write down what was given with the names, in the order of the seats; for whom anything is another now.

    In the transaction that wrote the names. Raises `FileNotTaken`, `AnsweredThemselves`.
    """
    if not any(answers):
        return []
    seats = {row.position: row for row in booking.attendees.all()}
    course = booking.session.course_id
    given = [(seats[position], one) for position, one in enumerate(answers, 1) if one and position in seats]
    return [seat for seat, one in given if write_answers(seat, one, course_id=course, reader=reader)]


def write_answers(
    attendee: Attendee, given: AnswersGiven, *, course_id: UUID, themselves: bool = False, reader: Reader = Reader.ALL
) -> bool:
    """Write what is `given`; whether anything is another now. `attendee` is locked, or new.

    Raises `FileNotTaken`, `AnsweredThemselves`.
    """
    known = {row.question_id: row for row in Answer.objects.filter(attendee=attendee)}
    if not all(is_open_to(reader, attendee, row) for pk, row in known.items() if pk in given):
        raise AnsweredThemselves
    changed = False
    for question in Question.objects.asked().filter(course=course_id, pk__in=given):
        changed |= _write(attendee, question, given[question.pk], known.get(question.pk), themselves=themselves)
    return changed


def _write(attendee: Attendee, question: Question, given: Given, row: Answer | None, *, themselves: bool) -> bool:
    if not given.text:
        return _take_back(row)
    if row is not None and row.text == given.text and row.kind == question.kind and given.file is None:
        return False
    row = row or Answer(attendee=attendee, question=question)
    row.label, row.kind, row.text = question.text, question.kind, given.text
    row.answered_at, row.by_attendee = now(), themselves
    former = row.file.name if row.file else ""
    try:
        if given.file is not None and given.file.name:
            row.file.save(given.file.name, given.file, save=False)
        row.save()
    except NoRoomLeft as error:
        raise FileNotTaken from error
    if former and former != row.file.name:
        row.file.storage.delete(former)
    return True


def _take_back(row: Answer | None) -> bool:
    if row is None:
        return False
    delete_answers([row])
    return True


def forget_answers(attendees: Collection[UUID], *, themselves: bool = False) -> None:
    """Whoever sat there comes no more, or comes to something else: nothing of what they answered is kept.

    `themselves`: only nothing of what they answered by their own link.
    """
    if not attendees:
        return
    rows = Answer.objects.filter(attendee__in=attendees)
    if found := list(rows.filter(by_attendee=True) if themselves else rows):
        delete_answers(found)


def delete_answers(rows: Sequence[Answer]) -> None:
    """Delete `rows` and the files of them."""
    for row in rows:
        if row.file:
            row.file.storage.delete(str(row.file.name))
    Answer.objects.filter(pk__in=[row.pk for row in rows]).delete()
