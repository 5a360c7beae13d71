"""What a process does when it has not heard of a change: it looks, once for all tenants."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.core.states import move
from shared_apps.tenants import routing
from shared_apps.tenants.models import Domain, Tenant, TenantStatus
from shared_apps.tenants.routing import resolve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looks_each_time(settings) -> None:
    settings.TENANT_CACHE_SECONDS = 0


def name_of(slug: str) -> str | None:
    tenant = resolve("localhost", f"/{slug}/").tenant
    return tenant and tenant.name


def queries(slugs: list[str]) -> int:
    with CaptureQueriesContext(connection) as asked:
        for slug in slugs:
            resolve("localhost", f"/{slug}/")
    return sum("SELECT" in query["sql"] for query in asked)


def test_each_kind_of_change_is_found(alpha, beta):
    assert name_of("alpha") == "Alpha Training"
    Tenant.objects.filter(pk=alpha.pk).update(name="Alpha and Sons")
    assert name_of("alpha") == "Alpha and Sons"
    assert resolve("courses.example.com", "/").missing
    Domain.objects.create(domain="courses.example.com", tenant=beta, verified_at="2026-01-01T00:00Z")
    assert resolve("courses.example.com", "/").tenant == beta
    Domain.objects.filter(domain="courses.example.com").delete()
    assert resolve("courses.example.com", "/").missing
    move(alpha, "status", TenantStatus.CLOSED, by=None)
    assert resolve("localhost", "/alpha/").missing


def test_while_nothing_changes_nobody_is_looked_up_again(alpha, beta, settings):
    names = ["alpha", "beta", "nobody"]
    queries(names)
    assert queries(names) == len(names)  # the look itself, which these settings want for each request
    settings.TENANT_CACHE_SECONDS = 60
    queries(names)
    assert queries(names * 10) == 0


def test_a_change_that_is_not_looked_for_is_not_found(alpha, settings):
    """The control."""
    settings.TENANT_CACHE_SECONDS = 60
    routing.cache.clear()
    assert name_of("alpha") == "Alpha Training"
    Tenant.objects.filter(pk=alpha.pk).update(name="Alpha and Sons")
    assert name_of("alpha") == "Alpha Training"
