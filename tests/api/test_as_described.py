"""Answers are what the API's description says, to a program that takes it at its word."""

import jsonschema_rs
import pytest

from tenant_apps.scheduling.models import Place
from tests import make

pytestmark = pytest.mark.django_db
ROLES = ("owner", "sales", "trainer", "student", None)


@pytest.fixture
def document(tenant, api):
    return api(tenant).get("/openapi.json").json()


def answers(document):
    """Each GET, with what validates its answer."""
    for path, item in document["paths"].items():
        if described := item.get("get"):
            content = described["responses"]["200"]["content"]
            if "application/json" not in content:  # a file
                continue
            schema = content["application/json"]["schema"]
            yield path, jsonschema_rs.validator_for({**schema, "components": document["components"]})


def kinds(one, document):
    while "$ref" in one:
        one = document["components"]["schemas"][one["$ref"].rsplit("/", 1)[1]]
    kind = one.get("type", "object")
    return set(kind if isinstance(kind, list) else [kind])


def every_choice(node):
    if isinstance(node, dict):
        if "oneOf" in node:
            yield node["oneOf"]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from every_choice(one)


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_as_described_whoever_asks(tenant, api, place_of, document, role):
    teacher = make.user("trainer")
    place = Place.objects.create(name="Main hall")  # no map, no address
    session = make.session(place=place, trainer=make.trainer(user=teacher))
    user, person = make.student_user()
    make.booking(session=session, buyer=person, seats=2, attendees=[{"name": "Ada", "email": ""}, {"name": "Grace"}])
    asks = {"trainer": teacher, "student": user, None: None}
    caller, shown = api(tenant, asks[role] if role in asks else make.user(role)), 0
    for path, validator in answers(document):
        answer = caller.get(place_of(path) + ("?ref=none" if path == "/payments/status" else ""))
        if answer.status_code == 200:
            shown += bool(answer.json().get("results", True))
            wrong = [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(answer.json())]
            assert not wrong, (path, wrong[:5])
    assert shown >= 5


def test_nothing_is_one_of_two_kinds_and_could_be_both(document):
    choices = list(every_choice(document))
    assert len(choices) > 20
    for choice in choices:
        found = [kinds(one, document) for one in choice]
        assert sum(map(len, found)) == len(set().union(*found)), choice


def test_what_only_some_may_see_is_required_of_no_answer(document):
    schemas = document["components"]["schemas"]
    optional = {name: schemas[name]["properties"].keys() - set(schemas[name]["required"]) for name in
                ("Booking", "Course", "Session", "Student", "Trainer", "User")}  # fmt: skip
    assert optional == {
        "Booking": {"internalNotes"},
        "Course": set(),
        "Session": {"instructorNotes", "notes", "completionNotes", "onlineUrl", "visibility", "assessorId"},
        "Student": {"notes"},
        "Trainer": {"email", "userId"},
        "User": set(),
    }


def test_a_text_in_the_query_is_described_as_one_that_is_not_empty(document):
    """An empty one is refused, so that nobody takes the whole list for an answer to it."""
    texts = [
        parameter["schema"]
        for item in document["paths"].values()
        for parameter in item.get("get", {}).get("parameters", [])
        if parameter["in"] == "query" and parameter["schema"].get("type") == "string"
    ]
    assert len(texts) > 10
    assert [schema for schema in texts if not {"minLength", "enum", "format"} & set(schema)] == []
