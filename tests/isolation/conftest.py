"""Two populated tenants, made once for each file of tests, in a transaction that is rolled back after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.isolation.populate import World, populate
from tests.isolation.seal import Seal


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-matrix", action="store_true", help="write tests/isolation/matrix.txt anew")


def _tenant(slug: str) -> Any:
    from shared_apps.tenants.context import public_context
    from shared_apps.tenants.models import Tenant

    with public_context():
        return Tenant.objects.prefetch_related("domains").get(slug=slug)


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, World]]:
    """Alpha and beta, both populated."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield populate(_tenant("alpha")), populate(_tenant("beta"))
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def seal(worlds: tuple[World, World]) -> Seal:
    """Notices every row of alpha's that is written."""
    return Seal(worlds[0].tenant)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hashing well takes a tenth of a second, and every role tries to sign in at every door."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def plainly_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's tests keep a copy of what each part of a page was drawn from, which nobody asks for here."""
    from django.template.base import Template
    from django.test.utils import _TestState

    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages come back empty. Who is let in does not depend on how a page looks, and drawing is what takes long."""
    from django.template.backends.django import Template

    draw = Template.render

    def empty_for_a_browser(self: Template, context: Any = None, request: Any = None) -> str:
        return "" if request is not None else draw(self, context)

    monkeypatch.setattr(Template, "render", empty_for_a_browser)


@pytest.fixture
def a(worlds: tuple[World, World]) -> World:
    """The tenant whose things are carried elsewhere."""
    return worlds[0]


@pytest.fixture
def b(worlds: tuple[World, World]) -> World:
    """The tenant where they are tried."""
    return worlds[1]
