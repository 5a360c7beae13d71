"""Redis and the log are shared by all tenants: whatever is put there says whose it is."""

import io
import json
import logging

import pytest
import redis
from django.conf import settings

from tests.conftest import servers
from tests.isolation.bodies import plausible
from tests.isolation.doors import tenant_doors
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


def test_the_log_repeats_no_personal_data_of_a_tenant(a, log_lines):
    with undone():
        a.pages().post("/accounts/login/", {"login": a.users["student"].email, "password": "wrong-one-1"})
        a.api("student").post("/bookings", {"sessionId": "x", "contactName": a.canary}, content_type="application/json")
    assert a.canary.lower() not in json.dumps(log_lines()).lower()
