"""A task belongs to the tenant it was sent from, or does not run."""

from typing import Any

import pytest
from celery import shared_task
from django.db import connection, transaction

from shared_apps.tenants import routing
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.tasks import HEADER, TenantMissing

pytestmark = pytest.mark.django_db
seen: list[str] = []


@shared_task(name="tests.look_around")
def look_around() -> None:
    seen.append(connection.schema_name)


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


def run(headers: dict[str, Any] | None) -> None:
    """As a worker does it: from public, with what the message says."""
    look_around.apply(headers=headers, throw=True)


def test_it_runs_where_it_was_sent_from(alpha):
    run({HEADER: "t_alpha"})
    assert seen == ["t_alpha"]
    assert connection.schema_name == "public"


@pytest.mark.parametrize("schema", [None, "", "public", "t_gone", "t_alpha; DROP SCHEMA t_beta"])
def test_without_an_active_tenant_it_fails_and_does_nothing(alpha, schema):
    with pytest.raises(TenantMissing):
        run({HEADER: schema} if schema is not None else None)
    assert seen == []


def test_a_suspended_tenants_tasks_do_not_run(alpha):
    Tenant.objects.filter(pk=alpha.pk).update(status=TenantStatus.SUSPENDED)
    routing.cache.clear()
    with pytest.raises(TenantMissing):
        run({HEADER: "t_alpha"})
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_the_bell_names_the_tenant_of_the_moment_it_was_rung(alpha, settings, monkeypatch):
    """Even when the transaction commits after the context has been left."""
    sent = []
    monkeypatch.setattr(look_around, "apply_async", lambda args, kwargs, headers: sent.append(headers[HEADER]))
    with transaction.atomic():
        with tenant_context(alpha):
            look_around.ring()
        assert sent == []
    assert sent == ["t_alpha"]
