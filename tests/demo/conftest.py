from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The three providers by slug, loaded once for all tests of a file."""
    from shared_apps.tenants.context import public_context
    from tenant_apps.demo import load

    with django_db_blocker.unblock(), transaction.atomic():
        with public_context():
            load.ensure_operator()
            tenants = {data.slug: load.load(data) for data in load.PROVIDERS}
        yield tenants
        transaction.set_rollback(True)


@pytest.fixture(params=["bristol-gas-training", "nairobi-tech-academy", "clifton-driving-school"])
def provider(request: pytest.FixtureRequest, demo: dict[str, Any]) -> Iterator[Any]:
    """The test works at each provider in turn; what it writes is undone."""
    from shared_apps.tenants.context import tenant_context

    tenant = demo[request.param]
    with transaction.atomic(), tenant_context(tenant):
        yield tenant
        transaction.set_rollback(True)
