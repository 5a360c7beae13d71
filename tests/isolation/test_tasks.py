"""A task that lost its tenant, lies about it, fails or is tried again writes at its own tenant or nowhere."""

import pytest
from celery import shared_task
from celery.exceptions import Retry
from django.db import connection, transaction

from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.tasks import HEADER, TenantMissing
from tenant_apps.people.models import Person
from tests.isolation.walk import undone

NAME = "Written by a task"
LIES = [
    None, "", "public", "t_gone", "T_BETA", "t_beta ", "t_alpha,t_beta", '"t_beta"', "t_beta; SELECT 1", "pg_catalog",
    ["t_beta"], {"schema": "t_beta"}, 1, b"t_beta",
]  # fmt: skip


@shared_task(name="tests.write_somebody", bind=True, max_retries=1)
def write_somebody(task, then=""):
    """Write a person, then end as `then` says."""
    Person.objects.create(name=NAME)
    if then == "crash":
        raise RuntimeError("a bug")
    if then == "retry":
        raise task.retry(countdown=0)
    if then == "wander":  # and forget to come home
        with public_context():
            Tenant.objects.count()
            raise RuntimeError("a bug")


def run(schema, then=""):
    """As a worker does it: from public, with what the message says."""
    with public_context():
        try:
            with transaction.atomic():
                write_somebody.apply(args=[then], headers={HEADER: schema} if schema is not None else None, throw=True)
        finally:
            assert connection.schema_name == "public"


def written(world):
    with tenant_context(world.tenant):
        return Person.objects.filter(name=NAME).count()


@pytest.mark.parametrize("schema", LIES)
def test_a_task_without_an_honest_header_writes_nowhere(a, b, seal, schema):
    before = seal.count()
    with undone():
        with pytest.raises(Exception, match=r"tenant|type|schema|invalid|adapt|lookup") as refused:
            run(schema)
        assert isinstance(refused.value, TenantMissing | TypeError | ValueError)
        assert (written(a), written(b)) == (0, 0)
    assert seal.count() == before


@pytest.mark.parametrize("status", [TenantStatus.SUSPENDED, TenantStatus.CLOSED, TenantStatus.PROVISIONING])
def test_a_task_of_a_closed_tenant_writes_nowhere(a, b, seal, status):
    before = seal.count()
    with undone():
        with public_context():
            Tenant.objects.filter(pk=b.tenant.pk).update(status=status)
        with pytest.raises(TenantMissing):
            run("t_beta")
        assert (written(a), written(b)) == (0, 0)
    assert seal.count() == before


@pytest.mark.parametrize(("then", "ends"), [("crash", RuntimeError), ("wander", RuntimeError), ("retry", Retry)])
def test_a_task_that_fails_midway_leaves_the_neighbours_rows_and_the_connection_as_they_were(a, b, seal, then, ends):
    before = seal.count()
    with undone():
        with pytest.raises((ends, RuntimeError)):
            run("t_beta", then)
        assert written(a) == 0
    assert seal.count() == before


def test_a_task_that_is_tried_again_comes_back_to_its_tenant():
    """The header travels with the next try."""
    write_somebody.push_request(headers={HEADER: "t_beta"}, args=[], kwargs={})
    try:
        assert write_somebody.signature_from_request().options["headers"] == {HEADER: "t_beta"}
    finally:
        write_somebody.pop_request()


def test_the_control_writes_where_it_was_sent_from(a, b):
    with undone():
        run("t_beta")
        assert (written(a), written(b)) == (0, 1)
