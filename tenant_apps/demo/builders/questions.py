"""What three courses ask of those who come, and what these have answered: most of it, some of it not yet."""

from datetime import datetime

from django.core.files.base import ContentFile

from tenant_apps.bookings.models import STANDING, Answer, Attendee
from tenant_apps.catalogue.models import Course
from tenant_apps.demo.stage import Stage
from tenant_apps.questions.models import Kind, Question

MOST_ASKING = 3  # courses
MOST_FILES = 4
ANSWERS = 0.75  # of those who come
DIETS = ["No special diet", "Vegetarian", "Vegan", "Halal", "Gluten free"]
QUESTIONS: tuple[dict[str, object], ...] = (
    {
        "text": "What do you eat?", "kind": Kind.CHOICE, "choices": DIETS, "on_register": True,
        "hint": "Lunch is included.",
    },
    {
        "text": "Licence number", "kind": Kind.LINE, "required": True, "days_before": 7,
        "hint": "As it stands on your card. The assessor compares it.",
    },
    {
        "text": "Proof of ID", "kind": Kind.FILE, "required": True, "days_before": 3,
        "hint": "A photograph of your passport, driving licence or identity card.",
    },
)  # fmt: skip
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 240 150]>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
)


def ask_and_answer(stage: Stage) -> None:
    """Ask in some courses; of those who were or are booked there, most have answered."""
    asked = {course.pk: _ask(stage, course) for course in list(stage.courses.values())[:MOST_ASKING]}
    files = 0
    for seat in stage.rows.get(Attendee, []):
        booking = seat.booking
        if booking.status not in STANDING or stage.dice.random() > ANSWERS:
            continue
        at = booking.confirmed_at or stage.dice.moment_of(booking.pk)
        for question in asked.get(booking.session.course_id, []):
            if question.kind != Kind.FILE:
                _answer(stage, seat, question, at)
            elif files < MOST_FILES and booking.session.starts_at > stage.now:
                files += 1
                _answer(stage, seat, question, at)


def _ask(stage: Stage, course: Course) -> list[Question]:
    at = stage.days_ago(200)
    return [
        stage.add(Question(id=stage.dice.key(at), course=course, position=position, **how))
        for position, how in enumerate(QUESTIONS, 1)
    ]


def _answer(stage: Stage, seat: Attendee, question: Question, at: datetime) -> None:
    dice = stage.dice
    answer = Answer(
        id=dice.key(at), attendee=seat, question=question, label=question.text, kind=question.kind, answered_at=at,
        by_attendee=dice.random() < 0.5,
    )  # fmt: skip
    if question.kind == Kind.CHOICE:
        answer.text = dice.some(DIETS, [60, 16, 10, 8, 6])
    elif question.kind == Kind.FILE:
        answer.text = "identity-card.pdf"
        answer.file.save(f"{answer.pk.hex}.pdf", ContentFile(PDF), save=False)
    else:
        answer.text = f"{dice.randint(100, 999)} {dice.randint(1000, 9999)}"
    stage.add(answer)
