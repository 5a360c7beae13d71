"""The office says what a course asks of those who come."""

import pytest

from tenant_apps.bookings.answers import answer_questions
from tenant_apps.bookings.models import Answer
from tenant_apps.questions.errors import TooManyQuestions
from tenant_apps.questions.fields import Given
from tenant_apps.questions.models import MOST_QUESTIONS, Question
from tenant_apps.questions.services import ask, ask_earlier, stop_asking
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
FORM = {"text": "What do you eat?", "kind": "choice", "choices": "Everything\nVegan", "when": "booking"}


def page(course, *rest):
    return f"/admin/courses/{course.pk}/questions/" + "".join(f"{one}/" for one in rest)


def answered(question, text="Everything"):
    attendee = make.confirmed_booking(
        session=make.session(course=question.course), attendees=[{"name": "Ada Byron"}]
    ).attendees.get()
    answer_questions(attendee, {question.pk: Given(text)}, by=None)
    return attendee


def test_a_question_is_asked_shown_as_people_see_it_and_asked_otherwise(office):
    course = make.course()
    office.post(page(course), {**FORM, "required": "on", "on_register": "on"})
    question = course.questions.get()
    assert (question.choices, question.required, question.days_before, question.on_register) == (
        ["Everything", "Vegan"], True, None, True,
    )  # fmt: skip
    text = office.get(page(course)).content.decode()
    assert "must be answered when booking" in text
    assert 'value="Vegan"' in text  # the preview
    later = {**FORM, "text": "Lunch?", "when": "later", "days_before": "5"}
    assert office.post(page(course, question.pk), later).status_code == 302
    question.refresh_from_db()
    assert (question.text, question.days_before) == ("Lunch?", 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""}, {"text": "x" * 201}, {"kind": "poem"}, {"choices": "One"}, {"choices": ""},
        {"choices": "\n".join(map(str, range(21)))}, {"choices": f"a\n{'x' * 101}"}, {"when": "never"},
        {"when": "later", "days_before": ""}, {"when": "later", "days_before": "91"},
        {"when": "later", "days_before": "-1"}, {"text": "a\u2028b"},
    ],
)  # fmt: skip
def test_what_makes_no_question_is_refused_and_nothing_is_written(office, wrong):
    course = make.course()
    assert office.post(page(course), {**FORM, **wrong}).status_code == 422
    assert not Question.objects.exists()


def test_questions_are_put_in_order_by_buttons(office):
    course = make.course()
    first, second, third = (ask(course=course, text=text, kind="line", by=None) for text in "ABC")
    office.post(page(course, third.pk, "move"), {"up": "1"})
    office.post(page(course, first.pk, "move"), {"down": "1"})
    office.post(page(course, third.pk, "move"), {"up": "1"})  # it is the first one already
    assert [row.text for row in course.questions.all()] == ["C", "A", "B"]
    ask_earlier(second, by=None, later=True)
    assert [row.text for row in course.questions.all()] == ["C", "A", "B"]


def test_one_that_nobody_answered_goes_and_one_that_was_answered_is_asked_no_longer(office):
    course = make.course()
    silent, told = (ask(course=course, text=text, kind="line", by=None) for text in "AB")
    answered(told, "Yes")
    for question in (silent, told):
        office.post(page(course, question.pk, "stop"))
    assert list(course.questions.all()) == [told]
    assert not list(course.questions.asked())
    assert Answer.objects.get().text == "Yes"
    office.post(page(course, told.pk, "stop"))
    assert list(course.questions.asked()) == [told]


def test_what_was_answered_keeps_the_words_that_were_asked(office):
    question = ask(course=make.course(), text="Diet?", kind="choice", choices=["Everything", "Vegan"], by=None)
    attendee = answered(question)
    course = question.course
    office.post(page(course, question.pk), {**FORM, "text": "Allergies?"})
    assert Answer.objects.get().label == "Diet?"
    text = office.get(f"/admin/bookings/{attendee.booking_id}/").content.decode()
    assert "Asked: Diet?" in " ".join(text.split())
    answer = office.post(page(course, question.pk), {**FORM, "text": "Allergies?", "kind": "line"})
    assert answer.status_code == 422  # what was chosen would be no line that somebody wrote
    question.refresh_from_db()
    assert (question.text, question.kind) == ("Allergies?", "choice")


def test_a_course_asks_no_more_than_people_answer():
    course = make.course()
    asked = [ask(course=course, text=str(n), kind="line", by=None) for n in range(MOST_QUESTIONS)]
    with pytest.raises(TooManyQuestions):
        ask(course=course, text="One more", kind="line", by=None)
    answered(asked[0], "x")
    stop_asking(asked[0], by=None)
    ask(course=course, text="One more", kind="line", by=None)
    with pytest.raises(TooManyQuestions):
        stop_asking(Question.objects.get(pk=asked[0].pk), by=None)


@pytest.mark.parametrize("role", ["sales", "trainer"])
def test_only_the_office_says_what_is_asked(desk, role):
    question = ask(course=make.course(), text="Diet?", kind="line", by=None)
    course, client = question.course, desk(role)
    for path in (page(course), page(course, question.pk)):
        assert client.get(path).status_code == 404
        assert client.post(path, FORM).status_code == 404
    for path in (page(course, question.pk, "move"), page(course, question.pk, "stop")):
        assert client.post(path).status_code == 404
    assert Question.objects.get().active


def test_a_question_of_another_course_is_not_there(office):
    question = ask(course=make.course(), text="Diet?", kind="line", by=None)
    other = make.course()
    assert office.get(page(other, question.pk)).status_code == 404
    assert office.post(page(other, question.pk, "stop")).status_code == 404
