"""What those who came said afterwards: mostly good, some bad, one hidden, some answered; and what two courses ask."""

from datetime import timedelta

from tenant_apps.bookings.models import Attendee
from tenant_apps.demo.stage import Stage
from tenant_apps.reviews.models import FeedbackAnswer, FeedbackQuestion, Kind, Review
from tenant_apps.reviews.services import public_name
from tenant_apps.scheduling.models import CAME, Attendance, SessionStatus

WRITES, HAS_WORDS, RATES_TRAINER = 0.4, 0.7, 0.85
SOONEST = timedelta(hours=3)  # after the end
FIRST = (5, 2, 1, 3)  # stars of the first ones, so that there is something of everything; the second one is hidden
MOST_ASKING = 2  # courses with questions of their own
SAID = {
    5: (
        "Clear from the first minute, and plenty of time to try everything ourselves.",
        "Small group, patient answers, and I could use it at work the next day.",
        "Best course I have been on. Everything we were told to bring was really needed.",
        "I was nervous beforehand. By lunch I was not any more.",
        "Well organised: joining instructions came early, the room was ready, we finished on time.",
    ),
    4: (
        "Very good. The afternoon went a little fast for me.",
        "Good mix of explaining and doing. Parking was hard to find.",
        "Learned a lot. More worked examples would have been welcome.",
    ),
    3: (
        "Good content, but the room was cold and we began late.",
        "Fine for beginners. I had hoped for more detail.",
    ),
    2: ("Too many people for the equipment that was there. We waited a lot.",),
    1: ("We were told at noon that half of the practical part would not happen.",),
}
OF_TRAINER = ("Explains without making anybody feel slow.", "Knows what happens on the job.", "Kind and thorough.")
HIDDEN = ("That man from the office owes me money, everybody should know.", "About a person, not about the course")
ANSWERS = {
    True: "Thank you for taking the time. It means a lot to all of us here.",
    False: "Thank you for saying so. We have changed this since: write to us, and you can repeat the day for nothing.",
}
QUESTIONS: tuple[tuple[str, Kind, list[str]], ...] = (
    ("How useful is it for your work?", Kind.RATING, []),
    ("How was the pace?", Kind.CHOICE, ["Too slow", "About right", "Too fast"]),
    ("What should we do otherwise?", Kind.TEXT, []),
)
OTHERWISE = ("A longer break at noon.", "Send the handout before the day.", "Nothing, keep it as it is.")


def write_reviews(stage: Stage) -> None:
    """Of sessions that are over, some of those whose register says that they came."""
    came = {row.attendee_id for row in stage.rows.get(Attendance, []) if row.status in CAME}
    questions = {slug: _ask(stage, slug) for slug in list(stage.courses)[:MOST_ASKING]}
    for seat in stage.rows.get(Attendee, []):
        session = seat.booking.session
        if session.status != SessionStatus.COMPLETED or seat.pk not in came or stage.dice.random() > WRITES:
            continue
        if stage.now - session.ends_at < SOONEST:
            continue
        review = _write(stage, seat)
        if len(stage.rows[Review]) == FIRST.index(2) + 1:
            review.text, review.hidden_reason = HIDDEN
            review.hidden_at = min(review.created_at + timedelta(hours=20), stage.now)
            review.hidden_by, review.answer, review.answered_at = stage.office, "", None
        for question in questions.get(session.course.slug, []):
            _answer(stage, review, question)


def _write(stage: Stage, seat: Attendee) -> Review:
    dice, session = stage.dice, seat.booking.session
    before = len(stage.rows.get(Review, []))
    rating = FIRST[before] if before < len(FIRST) else dice.some([5, 4, 3, 2, 1], [60, 26, 8, 4, 2])
    at = min(session.ends_at + SOONEST + timedelta(hours=dice.randint(0, 87)), stage.now - timedelta(minutes=5))
    review = Review(
        id=dice.key(at), created_at=at, attendee=seat, session=session, course=session.course, trainer=session.trainer,
        name=public_name(seat.name), rating=rating,
    )  # fmt: skip
    if rating <= 2 or dice.random() < HAS_WORDS:
        review.text = dice.choice(SAID[rating])
    if session.trainer and dice.random() < RATES_TRAINER:
        review.trainer_rating = min(5, rating + dice.randint(0, 1))
        review.trainer_text = dice.choice(OF_TRAINER) if rating >= 4 and dice.random() < 0.3 else ""
    if rating <= 3 or dice.random() < 0.1:
        answered = at + timedelta(hours=dice.randint(4, 60))
        if answered < stage.now:
            review.answer, review.answered_at, review.answered_by = ANSWERS[rating > 3], answered, stage.office
    return stage.add(review)


def _ask(stage: Stage, slug: str) -> list[FeedbackQuestion]:
    course = stage.courses[slug]
    at = stage.days_ago(200)
    return [
        stage.add(FeedbackQuestion(
            id=stage.dice.key(at), course=course, text=text, kind=kind, choices=choices, position=position
        ))
        for position, (text, kind, choices) in enumerate(QUESTIONS, 1)
    ]  # fmt: skip


def _answer(stage: Stage, review: Review, question: FeedbackQuestion) -> None:
    dice = stage.dice
    if dice.random() < 0.2:
        return
    answer = FeedbackAnswer(id=dice.key(review.created_at), review=review, question=question)
    if question.kind == Kind.RATING:
        answer.number = min(5, max(1, review.rating + dice.randint(-1, 1)))
    elif question.kind == Kind.CHOICE:
        answer.text = dice.some(question.choices, [1, 6, 2])
    else:
        answer.text = dice.choice(OTHERWISE)
    stage.add(answer)
