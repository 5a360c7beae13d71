"""schemathesis for a few seconds; `make attack` lets it go on for hours, as every role, against a whole demo."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared_apps.accounts import tokens
from tests import make
from tests.isolation.walk import undone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = hypothesis.settings(
    max_examples=2, deadline=None, database=None, derandomize=True, phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip


def within_the_api(environ: dict[str, Any], start_response: Any) -> Any:
    """Our WSGI application, without closing the connection that the test's transaction lives on."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    from config.wsgi import application  # which asks the database, made only after this module is read

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        return application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.mark.parametrize("role", ["", "owner"])
def test_every_operation_answers_as_it_says_it_does(alpha, role):
    make.confirmed_booking()
    headers = {"Accept-Encoding": "identity"}  # whoever reads the answers here unpacks none
    if role:
        user = make.user(role)
        headers["Authorization"] = f"Bearer {tokens.issue(user)['access_token']}"
    where = f"/api/tenant/{alpha.slug}"
    schema = schemathesis.openapi.from_wsgi(f"{where}/openapi.json", within_the_api)
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @FEW
        @hypothesis.given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            with undone():
                tried.append(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

        answers()
    assert len(tried) > 100
    assert {200, 400, 404} <= set(tried)
