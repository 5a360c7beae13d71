"""Redis and the log are shared by all tenants: whatever is put there says whose it is."""

import io
import json
import logging

import pytest
import redis
import structlog
from django.conf import settings

from shared_apps.core.logs import hide_secrets
from tests import make
from tests.conftest import servers
from tests.isolation.bodies import plausible
from tests.isolation.doors import tenant_doors
from tests.isolation.populate import INTERNAL, PRIVATE
from tests.isolation.walk import undone

KNOWN_GLOBALLY = (b"_kombu", b"celery", b"unacked")


@pytest.fixture
def log_lines():
    """What the log says from now on, as JSON, in the form that production writes."""
    stream, root = io.StringIO(), logging.getLogger()
    known = settings.LOGGING["formatters"]["json"]
    from structlog.stdlib import ProcessorFormatter

    handler = logging.StreamHandler(stream)
    handler.setFormatter(ProcessorFormatter(**{key: value for key, value in known.items() if key != "()"}))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_every_key_in_redis_says_whose_it_is(a, b):
    for world in (a, b):
        pages, api = world.pages("owner"), world.api("owner")
        for door in tenant_doors():
            with undone():
                (api if door.is_api else pages).get(door.path(world.values))
        with undone():  # these count how often somebody tries
            for path in ("/auth/login", "/auth/forgot-password", "/auth/register"):
                world.api().post(path, {**plausible(), "email": "x@new.test"}, content_type="application/json")
            world.pages().post("/accounts/login/", {"login": "x@new.test", "password": "wrong-one-1"})
    keys = set()
    for number in (0, 1):
        with redis.Redis(unix_socket_path=str(servers.redis.socket), db=number) as line:
            keys |= set(line.scan_iter())
    ours = {f"{world.tenant.schema_name}:".encode() for world in (a, b)}
    assert {key for key in keys if not key.startswith((*ours, b"public:", *KNOWN_GLOBALLY))} == set()
    for start in ours:
        assert any(key.startswith(start) for key in keys)


@pytest.mark.parametrize("on_host", [False, True])
def test_every_line_of_the_log_says_whose_request_it_was(a, b, log_lines, on_host):
    for world in (a, b, a):
        with undone():
            client = world.api(on_host=on_host)
            client.post("/payments/webhooks/stripe", {}, content_type="application/json")
            session = world.rows["public session"]
            book = {"sessionId": str(session.pk), "seats": 400}
            world.api("student", on_host=on_host).post("/bookings", book, content_type="application/json")
    schemas = [line.get("tenant") for line in log_lines() if line.get("request_id")]
    assert [line for line in log_lines() if not line.get("request_id") or not line.get("tenant")] == []
    changes = [schema for n, schema in enumerate(schemas) if n == 0 or schemas[n - 1] != schema]
    assert changes == ["t_alpha", "t_beta", "t_alpha"]


def secrets_of(a):
    """What opens something, or says who somebody is."""
    yield from (a.values["bookings", "token"], a.values["confirm-email", "key"], a.values["key", "key"])
    yield from (token for role in ("owner", "student") for token in a.jwt[role].values() if isinstance(token, str))
    yield from ("wrong-one-1", make.PASSWORD, a.users["student"].email, PRIVATE, INTERNAL)


def test_the_log_repeats_no_secrets_and_nothing_personal(a, log_lines):
    """Refusals, missing pages, crashes, and an error whose text names an address."""
    token, student = a.values["bookings", "token"], a.users["student"]
    key, reset = a.values["confirm-email", "key"], f"{a.values['key', 'uidb36']}-{a.values['key', 'key']}"
    signed_in, api = a.pages("student"), a.api("student")
    with undone():
        a.pages().post("/accounts/login/", {"login": student.email, "password": "wrong-one-1"})
        a.api().post(
            "/auth/login", {"email": student.email, "password": make.PASSWORD}, content_type="application/json"
        )
        for path in (f"/bookings/{token}/nothing/", f"/accounts/confirm-email/{key}/no", f"/accounts/x/key/{reset}/no"):
            assert signed_in.get(path).status_code == 404
        assert signed_in.get(f"/bookings/{token}/more-time/").status_code == 405
        api.post("/bookings", {"sessionId": "x", "contactName": PRIVATE}, content_type="application/json")
        structlog.get_logger().warning("email not sent", error=f"{{'{student.email}': (550, b'no such user')}}")
        try:
            raise ValueError(f"Key (email)=({student.email}) exists; Bearer {a.jwt['student']['access_token']}")
        except ValueError:
            logging.getLogger("django.request").exception("Internal Server Error: %s", f"/bookings/{token}/")
    lines = log_lines()
    said = json.dumps(lines)
    assert [secret for secret in secrets_of(a) if secret.lower() in said.lower()] == []
    assert sum(line.get("status") == 404 for line in lines) == 3
    assert "(550, b'no such user')" in said


def test_ids_and_plain_paths_stay_readable_in_the_log(a):
    path = f"/alpha/admin/bookings/{a.rows['confirmed'].pk}/payment/"
    assert hide_secrets(None, "", {"event": path, "count": 3}) == {"event": path, "count": 3}
