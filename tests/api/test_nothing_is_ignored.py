"""What the API does not know it refuses by name: a slip is never a 200 that did something else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests import make
from tests.isolation.doors import doors

pytestmark = pytest.mark.django_db
OTHERS_NAME_THEM = {"/payments/webhooks/{provider}"}  # providers send what they like
TAKE_ANY_TEXT = {"q", "reference", "email", "specialisation", "ref"}


def operations(caller):
    paths = caller.get("/openapi.json").json()["paths"]
    found = [(path, method) for path, item in paths.items() for method in item if path not in OTHERS_NAME_THEM]
    assert len(found) > 40
    return found


def named(answer):
    return {error["field"] for error in answer.json().get("errors", [])}


@pytest.fixture
def parameters(tenant, api, place_of):
    """Each parameter of each GET of the API: who asks, where, and how the parameter is described."""
    caller = api(tenant, make.user("owner"))
    paths = caller.get("/openapi.json").json()["paths"]
    found = [
        (caller, f"{place_of(path)}?{needed_beside(parameter, asked)}", parameter)
        for path, item in paths.items()
        for asked in [[one for one in item.get("get", {}).get("parameters", ()) if one["in"] == "query"]]
        for parameter in asked
    ]
    assert len(found) > 60
    return found


def needed_beside(parameter, asked):
    """The other parameters without which a list of days answers nothing, filled in."""
    others = [one["name"] for one in asked if one.get("required") and one is not parameter]
    return "".join(f"{name}={make.today() + timedelta(days=name == 'to')}&" for name in others)


def test_a_parameter_left_empty_is_refused_everywhere_instead_of_showing_everything(parameters):
    for caller, path, parameter in parameters:
        for nothing in ("", "%20"):
            answer = caller.get(f"{path}{parameter['name']}={nothing}")
            assert (answer.status_code, named(answer)) == (400, {parameter["name"]}), (path, parameter, answer.content)


def test_a_value_that_a_parameter_can_not_have_is_refused_everywhere(parameters):
    for caller, path, parameter in parameters:
        if parameter["name"] not in TAKE_ANY_TEXT:
            answer = caller.get(f"{path}{parameter['name']}=nonsense")
            assert (answer.status_code, named(answer)) == (400, {parameter["name"]}), (path, parameter, answer.content)


def test_a_value_is_refused_too_where_one_s_role_would_see_nothing_of_it(tenant, api):
    for value in ("", "nonsense"):
        answer = api(tenant, make.user("trainer")).get(f"/dashboard?dateTo={value}")
        assert (answer.status_code, named(answer)) == (400, {"dateTo"})


def test_a_parameter_given_twice_is_refused_where_only_one_can_count(parameters):
    for caller, path, parameter in parameters:
        name, values = parameter["name"], parameter["schema"].get("items", parameter["schema"]).get("enum")
        one, other = (values or ["1", "2"])[:2]
        answer = caller.get(f"{path}{name}={one}&{name}={other}")
        if parameter["schema"]["type"] == "array":
            assert answer.status_code == 200, (path, parameter, answer.content)
        else:
            assert (answer.status_code, named(answer)) == (400, {name}), (path, parameter, answer.content)
            assert answer.json()["errors"][0]["message"] == "Send this once."


def test_an_unknown_parameter_is_refused_everywhere_by_its_name(tenant, api, place_of):
    caller = api(tenant, make.user("owner"))
    for path, method in operations(caller):
        answer = caller.call(method, f"{place_of(path)}?categry=gas", {} if method != "get" else None)
        assert (answer.status_code, "categry" in named(answer)) == (400, True), (method, path, answer.content)


def test_an_empty_body_is_an_answer_everywhere_and_never_a_fault(tenant, api, place_of):
    caller = api(tenant, make.user("owner"))
    for path, method in operations(caller):
        if method in ("post", "put", "patch"):
            answer = caller.call(method, place_of(path), {})
            assert answer.status_code < 500, (method, path, answer.content)


def test_an_unknown_field_is_refused_everywhere_by_its_name(tenant, api, place_of):
    caller = api(tenant, make.user("owner"))
    for path, method in operations(caller):
        if method != "get":
            answer = caller.call(method, place_of(path), {"prize": 5})
            assert (answer.status_code, "prize" in named(answer)) == (400, True), (method, path, answer.content)


def test_every_door_of_the_api_is_described(tenant, api):
    paths = api(tenant).get("/openapi.json").json()["paths"]
    aside = ("api_document", "api_reference", "api_coming")
    routes = [door for door in doors("config.urls_api") if door.name not in aside]
    assert len({door.route for door in routes}) == len(paths)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/bookings/{booking}/cancel", {"seats": 1}, "seats"),
        ("/payments/stripe/initiate", {"bookingId": "{booking}", "price": 1}, "price"),
        ("/courses/{course}/sessions", {"startDate": "2027-01-15", "availableSpot": 99}, "availableSpot"),
    ],
)
def test_a_slip_in_a_post_does_nothing(tenant, api, path, body, field):
    booking = make.booking(seats=3)
    ids = {"booking": booking.pk, "course": booking.session.course_id}
    told = {name: value.format(**ids) if isinstance(value, str) else value for name, value in body.items()}
    answer = api(tenant, make.user("owner")).post(path.format(**ids), told)
    assert (answer.status_code, field in named(answer)) == (400, True)
    booking.refresh_from_db()
    assert booking.status == "pending"
    assert booking.session.course.sessions.count() == 1


def test_fields_that_only_the_answer_has_are_refused_too(tenant, api):
    session = make.session()
    caller = api(tenant, make.user("owner"))
    for path, body in (
        (f"/courses/{session.course_id}/sessions/{session.pk}", {"status": "completed"}),
        (f"/courses/{session.course_id}", {"createdAt": "2026-01-01T00:00:00Z"}),
        (f"/users/{make.user('student').pk}", {"roles": ["owner"]}),
    ):
        answer = caller.patch(path, body)
        assert (answer.status_code, named(answer)) == (400, set(body)), path


def test_what_can_not_be_set_says_how_it_comes_about(tenant, api):
    session, booking = make.session(), make.booking()
    caller = api(tenant, make.user("owner"))
    for path, body, said in (
        (f"/sessions/{session.pk}", {"status": "cancelled"}, "A session is cancelled by DELETE"),
        (f"/sessions/{session.pk}", {"isCompleted": True}, "completed by itself when it is over"),
        (f"/sessions/{session.pk}", {"createdAt": "2026-01-01T00:00:00Z"}, "This can't be set here."),
        (f"/bookings/{booking.pk}", {"sessionId": str(session.pk)}, "This can't be set here."),
        (f"/bookings/{booking.pk}", {"sesionId": str(session.pk)}, "There is no such field."),
    ):
        [error] = caller.patch(path, body).json()["errors"]
        assert (error["field"], said in error["message"]) == (next(iter(body)), True), error


def test_an_id_of_nothing_is_answered_in_a_sentence(tenant, api):
    caller, course, nothing = api(tenant, make.user("owner")), make.course(), str(uuid4())
    body = dict.fromkeys(("courseId", "trainerId", "placeId", "roomId", "vehicleId"), nothing)
    answers = [
        caller.post("/sessions", {**body, "startDate": "2027-01-15", "startTime": "09:00", "endTime": "17:00"}),
        caller.post("/bookings", {"sessionId": nothing, "customerId": nothing}),
        caller.patch(f"/courses/{course.pk}", {"categoryId": nothing, "leadTrainerId": nothing}),
    ]
    told = [error["message"] for answer in answers for error in answer.json()["errors"]]
    assert told == ["There is nothing with this id."] * 9


@pytest.mark.parametrize("day", ["2027-5-1", "20270501", "2027-W17-6", 20270501])
def test_days_are_taken_in_one_form_only(tenant, api, day):
    caller, course = api(tenant, make.user("owner")), make.course()
    hours = {"startTime": "09:00", "endTime": "17:00"}
    for name, body in (
        ("startDate", {"startDate": day}),
        ("days[0]", {"days": [day]}),
        ("days[0].date", {"days": [{"date": day, **hours}]}),
    ):
        answer = caller.post(f"/courses/{course.pk}/sessions", {**body, **hours})
        assert (answer.status_code, named(answer)) == (400, {name})
    for path in (f"/sessions?dateFrom={day}", f"/bookings?dateTo={day}", f"/courses?dateFrom={day}"):
        assert caller.get(path).status_code == 400, path


@pytest.mark.parametrize("weeks", ["6", True, [6]])
def test_weeks_that_are_no_number_are_refused_as_such(tenant, api, weeks):
    [error] = (
        api(tenant, make.user("owner")).patch(f"/courses/{make.course().pk}", {"durationWeeks": weeks}).json()["errors"]
    )
    assert error == {"field": "durationWeeks", "message": "Send a number."}


def test_weeks_beyond_counting_are_too_many(tenant, api):
    path = f"/courses/{make.course().pk}"
    answer = api(tenant, make.user("owner")).patch(path, {"durationWeeks": 1e308})
    assert (answer.status_code, named(answer)) == (400, {"durationWeeks"})


def test_a_list_of_texts_takes_no_numbers(tenant, api):
    trainer = make.trainer()
    answer = api(tenant, make.user("owner")).patch(f"/trainers/{trainer.pk}", {"specialisations": ["Gas", 5]})
    assert (answer.status_code, named(answer)) == (400, {"specialisations"})


def test_names_are_taken_in_snake_case_too_but_not_twice(tenant, api):
    session = make.session()
    caller, path = api(tenant, make.user("owner")), f"/courses/{session.course_id}/sessions/{session.pk}"
    assert caller.patch(path, {"available_spots": 16}).json()["availableSpots"] == 16
    assert caller.patch(path, {"available_spots": 17, "availableSpots": 17}).json()["availableSpots"] == 17
    answer = caller.patch(path, {"available_spots": 18, "availableSpots": 19})
    assert (answer.status_code, named(answer)) == (400, {"availableSpots"})


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json_is_no_json(tenant, api, number):
    answer = api(tenant).client.post("/auth/login", f'{{"email": {number}}}', content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
