"""A log that an operator can search: one JSON object a line, in UTC, with whose request it was, and without secrets."""

import json
import logging
import logging.config
from datetime import datetime, timedelta

import pytest
from django.conf import settings as live_settings

from shared_apps.resilience.probes import PROBES

pytestmark = pytest.mark.django_db
LONG = "eyJib29raW5nIjoiMDE5MyJ9:1sXyZ:Q2x1YiBtZSB3aXRoIGEgc2VjcmV0"


@pytest.fixture
def lines(caplog):
    """`lines()`: what was logged at INFO so far, as it is written."""
    caplog.set_level(logging.INFO)
    formatter = logging.config.DictConfigurator(live_settings.LOGGING).configure_formatter(
        dict(live_settings.LOGGING["formatters"]["json"])
    )
    return lambda: [json.loads(formatter.format(record)) for record in caplog.records]


def test_each_request_is_one_line_with_its_tenant_and_id(alpha, client_of, lines):
    answer = client_of(alpha).get("/courses/?q=secret-search")
    [line] = [line for line in lines() if line["event"] == "request"]
    assert line["tenant"] == "t_alpha"
    assert line["request_id"] == answer["X-Request-Id"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/alpha/courses/", 200)
    assert line["ms"] >= 0
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)


def test_a_page_that_is_missing_is_told_once(alpha, client_of, lines):
    client_of(alpha).get("/nothing-here/")
    assert [line["status"] for line in lines()] == [404]


def test_links_that_open_something_are_not_in_the_log(alpha, client_of, lines):
    client_of(alpha).get(f"/bookings/{LONG}/?key={LONG}")
    assert LONG not in json.dumps(lines())
    assert lines()[-1]["path"] == "/alpha/bookings/…/"


def test_questions_of_a_load_balancer_fill_no_log(client, lines):
    for path in PROBES:
        client.get(path)
    assert lines() == []


def test_calls_to_stripe_that_go_well_fill_no_log(lines):
    logging.getLogger("stripe").info("message='Request to Stripe api' method=post")
    logging.getLogger("stripe").warning("something is wrong")
    assert [line["event"] for line in lines()] == ["something is wrong"]
