from collections.abc import Callable
from typing import Any

import pytest

from tests import make


@pytest.fixture
def desk(tenant: Any, client_of: Callable[..., Any]) -> Callable[..., Any]:
    """`desk("owner")`: the browser of somebody with that role; `desk()` of nobody in particular; `desk(user=…)`."""

    def sit_down(role: str = "", *, user: Any = None) -> Any:
        client = client_of(tenant)
        if role or user:
            client.sign_in(user or make.user(role, password=""))
        return client

    return sit_down


@pytest.fixture
def office(desk: Callable[..., Any]) -> Any:
    """The browser of somebody who works in the office."""
    return desk("admin")
