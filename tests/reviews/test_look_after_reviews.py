"""The office hides a review with a reason, answers one, and reads what was answered to its questions."""

import pytest

from tenant_apps.reviews.models import Review
from tenant_apps.reviews.services import ask_question, write_review
from tests import make
from tests.reviews.conftest import over

pytestmark = pytest.mark.django_db


@pytest.fixture
def bad(tenant):
    return write_review(attendee=over(), rating=1, text="Awful room", by=None)


def public(client_of, tenant, review):
    return client_of(tenant).get(f"/courses/{review.course.slug}/").content.decode()


def test_a_hidden_review_is_seen_by_nobody_and_counts_for_nothing(bad, tenant, desk, client_of):
    page = public(client_of, tenant, bad)
    assert "Awful room" in page
    assert "aggregateRating" in page
    office = desk("admin")
    assert office.post(f"/admin/reviews/{bad.pk}/hide/", {"reason": ""}).status_code == 422
    office.post(f"/admin/reviews/{bad.pk}/hide/", {"reason": "About a person"})
    page = public(client_of, tenant, bad)
    assert "Awful room" not in page
    assert "aggregateRating" not in page
    assert "About a person" in office.get(f"/admin/reviews/{bad.pk}/").content.decode()
    office.post(f"/admin/reviews/{bad.pk}/show/")
    assert "Awful room" in public(client_of, tenant, bad)


def test_the_office_answers_in_public(bad, tenant, desk, client_of):
    desk("admin").post(f"/admin/reviews/{bad.pk}/", {"answer": "We have moved since."})
    assert "We have moved since." in public(client_of, tenant, bad)


def test_sales_read_and_change_nothing(bad, desk):
    sales = desk("sales")
    assert "Awful room" in sales.get("/admin/reviews/").content.decode()
    sales.post(f"/admin/reviews/{bad.pk}/", {"answer": "Hi"})
    assert sales.post(f"/admin/reviews/{bad.pk}/hide/", {"reason": "x"}).status_code == 404
    bad.refresh_from_db()
    assert (bad.answer, bad.is_hidden) == ("", False)


def test_a_trainer_reads_those_of_their_sessions_alone(tenant, desk):
    account = make.user("trainer", password="")
    mine = write_review(attendee=over(trainer=make.trainer(user=account)), rating=5, text="Mine", by=None)
    other = write_review(attendee=over(trainer=make.trainer()), rating=5, text="Others", by=None)
    page = desk(user=account).get("/admin/reviews/").content.decode()
    assert "Mine" in page
    assert "Others" not in page
    assert desk(user=account).get(f"/admin/reviews/{mine.pk}/").status_code == 200
    assert desk(user=account).get(f"/admin/reviews/{other.pk}/").status_code == 404


def test_answers_to_questions_are_counted_and_exported_without_names(tenant, desk):
    course, office = make.course(), desk("admin")
    office.post(f"/admin/courses/{course.pk}/feedback/", {"text": "Pace?", "kind": "choice", "choices": "Slow\nFast"})
    assert office.post(f"/admin/courses/{course.pk}/feedback/", {"text": "Y?", "kind": "choice"}).status_code == 422
    question = course.feedback_questions.get()
    rated = ask_question(course=course, text="Useful?", kind="rating", by=None)
    for pace, useful in (("Slow", 5), ("Fast", 4), ("Fast", 4)):
        write_review(
            attendee=over(course=course), rating=5, text="=1+1", answers={question.pk: pace, rated.pk: useful}, by=None
        )
    page = office.get(f"/admin/courses/{course.pk}/feedback/").content.decode()
    assert "67%" in page
    assert "4.3" in page
    file = office.get(f"/admin/courses/{course.pk}/feedback/export.csv").content.decode()
    assert file.count("Fast") == 2
    assert "Grace" not in file
    assert ",=1+1" not in file


def test_a_review_of_another_courses_question_answers_nothing(tenant):
    attendee = over()
    foreign = ask_question(course=make.course(), text="Why?", kind="text", by=None)
    write_review(attendee=attendee, rating=5, answers={foreign.pk: "x"}, by=None)
    assert not Review.objects.get().answers.exists()
