"""Whatever one sends, an answer says nothing of how the house is built, and every error is a page of the provider's."""

import json
import random
import re

import pytest

from tests.isolation.bodies import about, plausible
from tests.isolation.doors import tenant_doors
from tests.isolation.walk import crash_of, undone

pytestmark = pytest.mark.django_db

TELLTALE = re.compile(
    r"Traceback|File \"/|site-packages|psycopg|django\.(db|core|http)|rest_framework|gunicorn/|Python/3"
    r"|PostgreSQL \d|SELECT .* FROM|INSERT INTO|UPDATE .* SET|relation \"|t_alpha\b"
    r"|/usr/|/home/|DJANGO_|SECRET_KEY|redis\.sock"
    r"|ProgrammingError|IntegrityError|OperationalError|DoesNotExist|KeyError|TypeError|ValueError|AssertionError"
)
NASTY = [
    "'", '"', "' OR 1=1 --", "\x00", "%00", "😀" * 3, "../../../etc/passwd",
    "{{7*7}}", "${7*7}", "<script>", "\r\nX: y",
    "9" * 400, "-1", "1e999", "NaN", "[]", "{}", "null", "true", "2027-99-99", "0000-00-00", "a" * 5000,
    "\\", "\u202e", "%",
]  # fmt: skip


def send_something(dice, door, world):
    """One request at a door: its own path, query and body, each perhaps with something nasty in it."""
    client = world.api("owner") if door.is_api else world.pages("owner")
    values = {key: dice.choice(NASTY) if dice.random() < 0.15 else value for key, value in world.values.items()}
    fields = {**plausible(), **about(world.related)}
    for name in dice.sample(sorted(fields), 8):
        fields[name] = dice.choice(NASTY)
    path = re.sub(r"[\x00-\x20\r\n?#]", "", door.path(values)) or "/"
    method = dice.choice(["GET", "POST", "PATCH", "DELETE"] if door.is_api else ["GET", "POST"])
    query = {name: fields[name] for name in dice.sample(sorted(fields), 3)} | {"q": dice.choice(NASTY)}
    if method == "GET":
        return client.get(path, query)
    if door.is_api:
        body = json.dumps({name: value for name, value in fields.items() if value is not None}, default=str)
        broken = dice.random() < 0.1
        return client.generic(method, path, body[: len(body) // 2] if broken else body, content_type="application/json")
    return client.post(path, {name: value for name, value in fields.items() if value is not None})


def test_odd_requests_get_no_crash_and_learn_nothing(a, repeats):
    dice, rooms, crashes, told = random.Random(20271031), tenant_doors(), [], []
    for _ in range(repeats(50, thorough=1000)):
        door = dice.choice(rooms)
        with undone():
            answer = send_something(dice, door, a)
        if answer.status_code >= 500:
            crashes.append(f"{door}: {crash_of(answer)}")
        elif answer.status_code >= 400 and (found := TELLTALE.search(answer.content.decode(errors="replace"))):
            told.append(f"{door}: {found[0]}")
    assert not crashes, "\n".join(crashes)
    assert not told, "\n".join(told)


@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/admin/bookings/", 302), ("/courses/%ff/", 404)])
def test_an_error_page_looks_like_the_provider(a, path, status):
    answer = a.pages().get(path)
    assert answer.status_code == status
    if status == 404:
        assert a.tenant.name in answer.content.decode()
