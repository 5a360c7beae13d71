"""Schemas that are ready before anybody signs up."""

import pytest
from django.db import connection

from shared_apps.tenants import provisioning, spares
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.health import check_all, check_tenant
from shared_apps.tenants.models import SpareSchema, Tenant
from shared_apps.tenants.provisioning import create_tenant
from shared_apps.tenants.tasks import keep_spares
from tenant_apps.catalogue.models import Category
from tests import make
from tests.support.catalog import described

pytestmark = pytest.mark.django_db(transaction=True)


def create(n: int = 1) -> Tenant:
    return create_tenant(name=f"School {n}", slug=f"school-{n}")


def oid(schema: str) -> int | None:
    """What names the schema to Postgres for good, whatever it is called."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_namespace WHERE nspname = %s", [schema])
        row = cursor.fetchone()
    return row and row[0]


@pytest.fixture
def spare(settings) -> str:
    """The only spare schema there is."""
    settings.SPARE_SCHEMAS = 1
    spares.refill()
    return SpareSchema.objects.get().schema_name


def test_a_sign_up_renames_a_spare_and_finds_all_a_tenant_needs(alpha, spare):
    ready = oid(spare)
    tenant = create()
    assert oid(tenant.schema_name) == ready
    assert oid(spare) is None
    assert not SpareSchema.objects.exists()
    assert check_tenant(tenant).well
    with tenant_context(tenant):
        assert Category.objects.exists()
        make.confirmed_booking()


def test_a_spare_is_made_of_the_same_as_a_tenant(alpha, spare):
    assert described(spare) == described("t_alpha")


def test_a_sign_up_that_fails_leaves_the_spare_for_the_next(spare, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(provisioning, "tenant_made", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            create()
    assert oid("t_school_1") is None
    ready = oid(spare)
    assert oid(create().schema_name) == ready


def test_those_who_sign_up_at_once_never_get_the_same_and_none_waits_for_a_spare(alpha, all_at_once):
    spares.refill()
    ready = {oid(name) for name in SpareSchema.objects.values_list("schema_name", flat=True)}
    tenants = all_at_once([lambda n=n: create(n) for n in range(6)])
    assert [type(tenant) for tenant in tenants] == [Tenant] * 6
    oids = {oid(tenant.schema_name) for tenant in tenants}
    assert len(oids) == 6
    assert oids >= ready
    assert all(check_tenant(tenant).well for tenant in tenants)


def test_a_spare_of_former_migrations_is_never_used_and_goes(spare, release):
    former = oid(spare)
    release('migrations.AddField("course", "level", models.CharField(max_length=20, db_default="basic")),')
    tenant = create()
    assert oid(tenant.schema_name) != former
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT level FROM catalogue_course")
    assert spares.drop_outdated() == 1
    assert oid(spare) is None
    assert not SpareSchema.objects.exists()


def test_what_was_taken_is_made_good(alpha, settings):
    settings.SPARE_SCHEMAS = 2
    keep_spares.apply(throw=True)
    assert SpareSchema.objects.count() == 2
    keep_spares.apply(throw=True)
    assert SpareSchema.objects.count() == 2


def test_taking_one_rings_and_so_does_the_clock(alpha, spare, settings):
    import redis

    with redis.Redis.from_url(settings.REDIS_URL) as line:
        line.flushall()
        create()
        assert b"keep_spares" in line.lindex("periodic", 0)
        line.flushall()
    assert keep_spares.name in [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]


def test_two_who_refill_at_once_do_not_make_too_many(alpha, all_at_once):
    all_at_once([spares.refill] * 4)
    assert SpareSchema.objects.count() == 3


def test_a_spare_is_no_orphan_unless_nobody_knows_it(alpha, spare):
    assert check_all()[1] == []
    SpareSchema.objects.all().delete()
    assert check_all()[1] == [spare]
