"""What a course asks, and what those who come answer, as a program sees it."""

import pytest
from django.core.files.base import ContentFile

from tenant_apps.bookings.answers import answer_questions
from tenant_apps.bookings.models import Answer, Booking
from tenant_apps.questions.fields import Given
from tenant_apps.questions.services import ask, stop_asking
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(tenant):
    return make.course()


@pytest.fixture
def asked(course):
    """A question of each kind, by its kind."""
    chosen = {"choice": ["Red", "Blue"], "several": ["Mon", "Tue", "Wed"]}
    kinds = ("line", "text", "choice", "several", "date", "yes_no", "file")
    return {
        kind: ask(course=course, text=f"A {kind}?", kind=kind, choices=chosen.get(kind, []), required=True, by=None)
        for kind in kinds
    }


def give(asked, **values):
    return [{"questionId": str(asked[kind].pk), "value": value} for kind, value in values.items()]


GOOD = {
    "line": "AB 12", "text": "One\nTwo", "choice": "Blue", "several": ["Mon", "Wed"], "date": "2027-02-03",
    "yes_no": True,
}  # fmt: skip


def test_everybody_reads_what_a_course_asks_in_its_order(tenant, api, course, asked):
    stop_asking(asked["yes_no"], by=None)
    rows = api(tenant).get(f"/courses/{course.pk}/questions").json()["results"]
    assert [row["kind"] for row in rows] == ["line", "text", "choice", "several", "date", "file"]
    assert rows[2].keys() == {
        "id", "text", "hint", "kind", "choices", "required", "daysBefore", "position",
    }  # fmt: skip
    assert api(tenant).get(f"/courses/{make.course(published=False).pk}/questions").status_code == 404


def test_answers_go_along_with_a_booking_and_what_is_missing_is_asked_later(tenant, api, course, asked):
    user, _person = make.student_user()
    session = make.session(course=course)
    body = {"sessionId": str(session.pk), "seats": 2, "attendees": [
        {"name": "Ada Byron", "answers": give(asked, **GOOD)}, {"name": "Grace Hopper"},
    ]}  # fmt: skip
    booked = api(tenant, user).post("/bookings", body)
    assert booked.status_code == 201, booked.json()
    ada, grace = booked.json()["attendees"]
    path = f"/bookings/{booked.json()['id']}/attendees/"
    told = api(tenant, user).get(f"{path}{ada['id']}/answers").json()
    assert {one["kind"]: one["value"] for one in told["answers"]} == GOOD
    assert told["missing"] == [str(asked["file"].pk)]
    assert len(api(tenant, user).get(f"{path}{grace['id']}/answers").json()["missing"]) == 7


def test_the_documented_call_works_though_the_course_asks(tenant, api, course, asked):
    buyer = make.person()
    body = {"customerId": str(buyer.pk), "sessionId": str(make.session(course=course).pk),
            "specialRequests": "Dietary requirements", "depositPercentage": 0.3}  # fmt: skip
    assert api(tenant, make.user("admin")).post("/bookings", body).status_code == 201


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("line", "x" * 301), ("line", "a\nb"), ("line", 5), ("line", ["a"]), ("text", "x" * 2001), ("choice", "Green"),
        ("choice", ["Red"]), ("several", "Mon"), ("several", ["Sun"]), ("several", [1]), ("date", "03/02/2027"),
        ("date", "2027-02-30"), ("yes_no", "maybe"), ("yes_no", 1), ("file", "id.pdf"), ("line", {"a": 1}),
        ("line", "a\x00b"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_and_nothing_is_booked(tenant, api, course, asked, kind, value):
    user, _person = make.student_user()
    body = {"sessionId": str(make.session(course=course).pk), "seats": 2, "attendees": [
        {"name": "Ada Byron"}, {"name": "Grace Hopper", "answers": give(asked, **{kind: value})},
    ]}  # fmt: skip
    answer = api(tenant, user).post("/bookings", body)
    assert answer.status_code == 400
    assert {one["field"] for one in answer.json()["errors"]} == {"attendees[1].answers[0].value"}
    assert not Booking.objects.exists()


def test_what_the_course_does_not_ask_and_what_is_asked_once_is_not_answered(tenant, api, course, asked):
    user, _person = make.student_user()
    other = ask(course=make.course(), text="Other?", kind="line", by=None)
    for answers in ([{"questionId": str(other.pk), "value": "x"}], give(asked, line="a") + give(asked, line="b")):
        body = {"sessionId": str(make.session(course=course).pk), "attendees": [{"name": "Ada", "answers": answers}]}
        answer = api(tenant, user).post("/bookings", body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"].endswith("questionId")


@pytest.fixture
def booking(course, asked):
    return make.confirmed_booking(session=make.session(course=course), attendees=[{"name": "Ada Byron"}])


def path_of(booking):
    return f"/bookings/{booking.pk}/attendees/{booking.attendees.get().pk}/answers"


def test_answers_are_changed_and_taken_back_and_the_others_stay(tenant, api, booking, asked):
    office, path = api(tenant, make.user("admin")), path_of(booking)
    office.patch(path, {"answers": give(asked, line="A", choice="Red")})
    told = office.patch(path, {"answers": give(asked, line=None)}).json()
    assert {one["kind"]: one["value"] for one in told["answers"]} == {"choice": "Red"}
    wrong = office.patch(path, {"answers": give(asked, choice="Red", date="soon")})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "answers[1].value")
    assert office.patch(path, {"answers": "Red"}).status_code == 400
    assert Answer.objects.count() == 1


def test_names_and_answers_are_changed_together(tenant, api, booking, asked):
    office = api(tenant, make.user("admin"))
    attendees = [{"name": "Mary Somerville", "answers": give(asked, line="M")}]
    assert office.patch(f"/bookings/{booking.pk}", {"attendees": attendees}).status_code == 200
    assert [(row.attendee.name, row.text) for row in Answer.objects.all()] == [("Mary Somerville", "M")]


def test_who_has_no_part_in_a_booking_finds_no_answers(tenant, api, booking, asked):
    path, body = path_of(booking), {"answers": give(asked, line="A")}
    trainer = make.user("trainer")
    for user in (make.student_user()[0], trainer, make.user("contact")):
        assert api(tenant, user).get(path).status_code == 404
        assert api(tenant, user).patch(path, body).status_code == 404
    assert api(tenant).get(path).status_code == 401
    booking.session.trainer = make.trainer(user=trainer)
    booking.session.save()
    assert api(tenant, trainer).get(path).status_code == 200
    assert api(tenant, trainer).patch(path, body).status_code == 404  # they read them
    other = make.confirmed_booking()
    wrong = f"/bookings/{other.pk}/attendees/{booking.attendees.get().pk}/answers"
    assert api(tenant, make.user("admin")).get(wrong).status_code == 404


def test_who_booked_does_not_read_what_attendees_answered_themselves_and_these_do(tenant, api, booking, asked):
    buyer, person = make.student_user()
    account, somebody = make.student_user()
    Booking.objects.update(buyer=person)
    booking.attendees.update(person=somebody)
    attendee, path = booking.attendees.get(), path_of(booking)
    given = {
        asked["line"].pk: Given("Secret"),
        asked["file"].pk: Given("id.pdf", ContentFile(b"%PDF-", name="x.pdf")),
    }
    answer_questions(attendee, given, by=None, themselves=True)
    assert api(tenant, buyer).get(path).json()["answers"] == []
    told = {one["kind"]: one for one in api(tenant, account).get(path).json()["answers"]}
    assert (told["line"]["value"], told["file"]["value"]) == ("Secret", "id.pdf")
    assert "/files/" in told["file"]["fileUrl"]
    assert api(tenant, account).patch(path, {"answers": give(asked, choice="Red")}).status_code == 200
    assert Answer.objects.get(kind="choice").by_attendee
