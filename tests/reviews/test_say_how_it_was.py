"""Those who came say how it was, and nobody else does."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from shared_apps.core.time import now
from tenant_apps.bookings.models import Attendee
from tenant_apps.bookings.review_links import attendee_of, review_token
from tenant_apps.bookings.selectors import token_of
from tenant_apps.people.privacy import erase_person
from tenant_apps.reviews.errors import DidNotAttend, NotOverYet, NoTrainer, ReviewClosed
from tenant_apps.reviews.models import FeedbackAnswer, FeedbackQuestion, Review
from tenant_apps.reviews.selectors import average_of
from tenant_apps.reviews.services import ask_question, hide_review, public_name, stop_asking, write_review
from tenant_apps.scheduling.attendance import Mark, mark_attendance
from tests import make
from tests.certificates.conftest import ended_early
from tests.reviews.conftest import over

pytestmark = pytest.mark.django_db


def say(attendee, rating=5, **more):
    return write_review(attendee=attendee, rating=rating, by=None, **more)


def marked(attendee, status):
    mark_attendance(
        day=attendee.booking.session.days.get(), marks=[Mark(attendee_id=attendee.pk, status=status)], by=None
    )


def test_whoever_was_booked_to_the_end_may_review_where_no_register_was_kept(tenant):
    attendee = over()
    review = say(attendee, 4, text="Good")
    assert (review.rating, review.name, review.course) == (4, "Grace H.", attendee.booking.session.course)


def test_where_a_register_was_kept_only_those_who_came_may(tenant):
    attendee = over()
    marked(attendee, "absent")
    with pytest.raises(DidNotAttend):
        say(attendee)
    marked(attendee, "late")
    say(attendee)


def test_nobody_reviews_what_is_not_over_or_was_too_long_ago(tenant):
    coming = make.confirmed_booking(attendees=[{"name": "Ada Byron"}]).attendees.get()
    with pytest.raises(NotOverYet):
        say(coming)
    with pytest.raises(ReviewClosed):
        say(over(days_ago=200))
    assert not Review.objects.exists()


def test_a_review_is_one_for_each_seat_and_may_be_changed_for_a_month(tenant):
    attendee = over(trainer=make.trainer())
    first = say(attendee, 2, text="Cold")
    assert say(attendee, 3, text="Cold", trainer_rating=5).pk == first.pk
    first.refresh_from_db()
    assert (first.rating, first.trainer_rating, Review.objects.count()) == (3, 5, 1)
    with time_machine.travel(now() + timedelta(days=31)), pytest.raises(ReviewClosed):
        say(attendee, 5)


def test_nobody_rates_a_trainer_who_is_not_known(tenant):
    with pytest.raises(NoTrainer):
        say(over(), trainer_rating=3)


@pytest.mark.parametrize("rating", [0, 6])
def test_the_database_refuses_what_is_not_one_to_five(tenant, rating):
    with pytest.raises(IntegrityError), transaction.atomic():
        say(over(), rating)


def test_averages_are_of_what_is_shown(tenant):
    course, trainer = make.course(), make.trainer()
    said = [say(over(course=course, trainer=trainer, days_ago=n + 1), n, trainer_rating=n) for n in (5, 4, 1)]
    assert (str(average_of(course).value), average_of(course).count) == ("3.3", 3)
    hide_review(said[2], reason="Abuse", by=None)
    from shared_apps.web import page_cache

    page_cache.forget()
    assert (str(average_of(course).value), average_of(course).count) == ("4.5", 2)
    assert str(average_of(trainer).value) == "4.5"


@pytest.mark.parametrize(
    ("name", "shown"), [("Grace Hopper", "Grace H."), ("Cher", "Cher"), ("Ana María  de la Cruz", "Ana C."), ("", "")]
)
def test_strangers_read_a_first_name_and_an_initial(name, shown):
    assert public_name(name) == shown


def test_who_asks_to_be_forgotten_leaves_a_rating_without_words_or_name(tenant):
    attendee = over()
    question = ask_question(course=attendee.booking.session.course, text="What else?", kind="text", by=None)
    say(attendee, 2, text="My secret", answers={question.pk: "My other secret"})
    erase_person(attendee.person, by=make.user("owner"))
    review = Review.objects.get()
    assert (review.rating, review.name, review.text) == (2, "", "")
    assert FeedbackAnswer.objects.get().text == ""


def test_the_link_opens_the_page_that_takes_the_review(tenant, client_of):
    attendee = over(trainer=make.trainer(name="Helen Marsh"))
    question = ask_question(
        course=attendee.booking.session.course,
        text="How was the pace?",
        kind="choice",
        choices=["Slow", "Fast"],
        by=None,
    )
    client, page = client_of(tenant), f"/reviews/{review_token(attendee)}/"
    assert "Helen Marsh" in client.get(page).content.decode()
    assert client.post(page, {"text": "No stars"}).status_code == 422
    sent = {"rating": "4", "text": "Fine <b>day</b>", "trainer_rating": "5", f"question_{question.pk}": "Fast"}
    assert client.post(page, sent).status_code == 302
    review = Review.objects.get()
    assert (review.rating, review.trainer_rating, review.answers.get().text) == (4, 5, "Fast")
    shown = client.get(f"/courses/{review.course.slug}/reviews/").content.decode()
    assert "Fine &lt;b&gt;day&lt;/b&gt;" in shown
    assert "Grace H." in shown
    assert "Hopper" not in shown


def test_a_web_address_is_refused(tenant, client_of):
    page = f"/reviews/{review_token(over())}/"
    assert client_of(tenant).post(page, {"rating": "5", "text": "See https://buy.example"}).status_code == 422
    assert not Review.objects.exists()


def test_a_forged_link_and_one_of_a_former_attendee_open_nothing(tenant, client_of):
    attendee = over()
    token = review_token(attendee)
    assert attendee_of(token) == attendee
    attendee.person = make.person()
    attendee.save()
    assert attendee_of(token) is None
    for wrong in (token, "abc", token_of(attendee.booking)):
        assert client_of(tenant).get(f"/reviews/{wrong}/").status_code == 404


def test_the_bookings_page_leads_there_once_it_is_over(tenant, client_of):
    attendee = over()
    attendee.person = attendee.booking.buyer
    attendee.save()
    client, token = client_of(tenant), token_of(attendee.booking)
    assert f"/bookings/{token}/review/" in client.get(f"/bookings/{token}/").content.decode()
    assert client.get(f"/bookings/{token}/review/")["Location"].endswith(f"/reviews/{review_token(attendee)}/")


def test_a_question_nobody_answered_goes_and_another_is_only_asked_no_longer(tenant):
    attendee = over()
    course = attendee.booking.session.course
    kept = ask_question(course=course, text="Useful?", kind="rating", by=None)
    gone = ask_question(course=course, text="Why?", kind="text", by=None)
    say(attendee, answers={kept.pk: 4})
    stop_asking(kept, by=None)
    stop_asking(gone, by=None)
    assert list(FeedbackQuestion.objects.values_list("text", "active")) == [("Useful?", False)]


def test_one_that_was_ended_early_is_over_for_those_who_say_how_it_was(tenant):
    session = ended_early()
    attendee = Attendee.objects.select_related("booking__session", "person").get(booking__session=session)
    with time_machine.travel(session.finished_at + timedelta(hours=1)):
        assert say(attendee).rating == 5
