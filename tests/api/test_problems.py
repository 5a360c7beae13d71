"""Whatever goes wrong is told in one shape: RFC 9457 problem details."""

import pytest

from tenant_apps.scheduling.models import Place, Room
from tests import make

pytestmark = pytest.mark.django_db
EVERY = {"type", "title", "status", "detail", "code", "requestId"}


def assert_problem(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() >= EVERY
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:muster:problem:{code}"
    assert body["requestId"] == answer.headers["X-Request-Id"]
    return body


@pytest.fixture(params=[False, True], ids=["slug", "host"])
def nobody(request, tenant, api):
    return api(tenant, on_host=request.param)


def test_an_address_where_nothing_is(nobody):
    assert_problem(nobody.get("/nowhere"), 404, "not_found")


def test_an_id_that_nobody_has(nobody):
    assert_problem(nobody.get("/courses/01975f3c-0000-7000-8000-000000000000"), 404, "not_found")
    assert_problem(nobody.get("/courses/not-an-id"), 404, "not_found")


def test_a_method_that_does_nothing_here(nobody):
    answer = nobody.delete("/trainers")
    assert_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]
    unheard_of = nobody.client.generic("QUERY", "/audiences?cursor=0")
    assert_problem(unheard_of, 405, "method_not_allowed")


@pytest.mark.parametrize("text", ["{", "", "[1]", '"text"', "\xff", "[" * 100_000, '{"email": "\x00"}'])
def test_json_that_can_t_be_used(nobody, text):
    answer = nobody.client.post("/auth/login", text, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"parse_error", "invalid"}
    assert answer.json().keys() >= EVERY


def test_something_that_is_not_json(nobody):
    answer = nobody.client.post("/auth/login", "<a/>", content_type="text/xml")
    assert_problem(answer, 415, "unsupported_media_type")


def test_far_too_much_of_it(nobody):
    answer = nobody.client.post("/auth/login", "x" * 3_000_000, content_type="application/json")
    assert_problem(answer, 413, "too_large")


def test_an_answer_we_can_t_give(nobody):
    assert_problem(nobody.get("/courses", headers={"accept": "text/html"}), 406, "not_acceptable")


def test_asking_without_saying_who_one_is(nobody):
    answer = nobody.get("/bookings")
    assert_problem(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    wrong = nobody.get("/bookings", headers={"authorization": "Bearer nonsense"})
    assert_problem(wrong, 401, "authentication_failed")


def test_each_wrong_field_is_named_in_camel_case(tenant, api):
    office, session = make.user("admin"), make.session()
    body = {
        "customerId": "nonsense",
        "sessionId": str(session.pk),
        "depositPercentage": 30,
        "attendees": [{"name": "Ada"}, {"name": "", "email": "not-an-email"}],
    }
    problem = assert_problem(api(tenant, office).post("/bookings", body), 400, "invalid")
    named = {error["field"] for error in problem["errors"]}
    assert named == {"customerId", "depositPercentage", "attendees[1].name", "attendees[1].email"}
    assert all(error["message"] for error in problem["errors"])


def test_a_refusal_carries_its_code_and_what_helps(tenant, api):
    student, _ = make.student_user()
    session = make.session(capacity=2)
    answer = api(tenant, student).post("/bookings", {"sessionId": str(session.pk), "seats": 3})
    assert assert_problem(answer, 409, "session_full")["spotsLeft"] == 2


def test_filters_that_make_no_sense(nobody):
    for query in (
        "course=x",
        "dateFrom=yesterday",
        "status=lost",
        "ordering=price",
        "seats=0",
        "course=",
        "cursor=nonsense",
        "pageSize=none",
    ):
        assert_problem(nobody.get(f"/sessions?{query}"), 400, "invalid")
    assert nobody.get("/courses?q=%00").status_code == 400


def test_a_provider_that_does_not_exist(alpha, api):
    caller = api(alpha)
    caller.client.prefix = "/api/tenant/nobody"
    assert_problem(caller.get("/courses"), 404, "not_found")


def test_what_is_refused_is_named_as_it_was_sent(tenant, api):
    office, trainer, place = api(tenant, make.user("owner")), make.trainer(), Place.objects.create(name="Main hall")
    room = Room.objects.create(place=place, name="Lab")
    taught = make.session(trainer=trainer, room=room, place=place)
    other, booking = make.session(), make.booking(session=make.session(), seats=3)
    course = make.course(lead_trainer=trainer)
    hours = {"startTime": "00:01", "endTime": "23:59"}
    begins, day = ({name: f"{taught.starts_at:%Y-%m-%d}", **hours} for name in ("date", "startDate"))
    past = {"date": "2020-01-02", "endDate": "2020-01-01", **hours}
    for method, path, body, named in (
        ("patch", f"/sessions/{booking.session_id}", {"availableSpots": 2}, {"availableSpots"}),
        ("patch", f"/sessions/{booking.session_id}", {"available_spots": 2}, {"availableSpots"}),
        ("patch", f"/sessions/{booking.session_id}", {"capacity": 2}, {"capacity"}),
        ("patch", f"/sessions/{other.pk}", {"trainerId": str(trainer.pk), **day}, {"trainerId"}),
        ("patch", f"/sessions/{other.pk}", {"roomId": str(room.pk), **day}, {"roomId"}),
        ("post", f"/courses/{course.pk}/sessions", begins, {"trainerId"}),
        ("post", f"/courses/{course.pk}/sessions", past, {"endDate"}),
        ("post", f"/courses/{course.pk}/sessions", {**begins, "date": "2300-01-01"}, {"date"}),
        ("post", f"/courses/{course.pk}/sessions", {**begins, "date": "1900-01-01"}, {"date"}),
        ("post", f"/courses/{course.pk}/sessions", {**hours, "days": ["1900-01-01"]}, {"days"}),
        ("post", f"/courses/{course.pk}/sessions", {**hours, "days": ["2300-01-01"]}, {"days"}),
        ("patch", f"/courses/{course.pk}", {"syllabus": [{"title": "All", "weight": 9}]}, {"syllabus"}),
        ("patch", f"/bookings/{booking.pk}", {"cancellationReason": "ill"}, {"cancellationReason"}),
        ("patch", f"/bookings/{booking.pk}", {"reason": "ill"}, {"reason"}),
        ("post", f"/bookings/{booking.pk}/cancel", {"cancellationReason": ""}, {"cancellationReason"}),
        ("delete", f"/sessions/{booking.session_id}", {"cancellationReason": ""}, {"cancellationReason"}),
    ):
        answer = office.call(method, path, body)
        assert {error["field"] for error in answer.json()["errors"]} == named, (path, body, answer.content)
