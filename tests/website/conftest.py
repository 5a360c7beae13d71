"""What the tests of the public pages share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.web import page_cache


@pytest.fixture
def visit(tenant: Any, client_of: Callable[..., Any]) -> Callable[..., str]:
    """`visit("/courses/", q="gas")`: what a visitor of alpha reads there; the page must be found."""
    client = client_of(tenant)

    def get(path: str, **query: Any) -> str:
        response = client.get(path, query)
        assert response.status_code == 200, response.status_code
        return str(response.content.decode())

    return get


@pytest.fixture
def at_most(settings: Any) -> Callable[[int], Any]:
    """`with at_most(6): …`: no more questions to the database; pointing the connection at a tenant is none.

    Pages were asked for before, but none is kept.
    """
    settings.PAGE_CACHE_SECONDS = 60

    @contextmanager
    def counting(most: int) -> Iterator[None]:
        page_cache._answers.clear()
        page_cache._queries.clear()
        with CaptureQueriesContext(connection) as captured:
            yield
        asked = [query["sql"] for query in captured if not query["sql"].startswith("SET search_path")]
        assert 0 < len(asked) <= most, "\n".join(asked)

    return counting
