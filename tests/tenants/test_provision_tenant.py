import re

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from shared_apps.core.models import OneRow
from shared_apps.tenants import provisioning
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.errors import SlugReserved, SlugTaken
from shared_apps.tenants.health import check_all, check_tenant
from shared_apps.tenants.models import Tenant
from shared_apps.tenants.schemas import TEMPLATE
from tenant_apps.catalogue.models import Audience, Category
from tests import make

pytestmark = pytest.mark.django_db


def schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 't_')")
        return {row[0] for row in cursor.fetchall()}


def plain(definition: str) -> str:
    """Postgres writes casts and brackets another way once a definition was read back; they mean the same."""
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", definition)


def test_a_new_tenant_works_at_once():
    tenant = provisioning.create_tenant(name="Gamma", slug="gamma-school", time_zone="Europe/Paris", currency="EUR")
    assert check_tenant(tenant).well
    with tenant_context(tenant):
        make.confirmed_booking()


def test_settings_of_a_new_tenant_are_there_so_that_no_look_makes_them():
    tenant = provisioning.create_tenant(name="Gamma", slug="gamma-school")
    with tenant_context(tenant):
        models = [model for model in apps.get_models() if model._default_manager._queryset_class is OneRow]
        assert len(models) > 4
        assert [model.__name__ for model in models if not model._default_manager.exists()] == []


def test_a_replayed_schema_is_what_migrating_makes(alpha):
    """Same columns, constraints and indexes as the template that was really migrated."""
    described = """
        SELECT 'column', table_name, column_name || ' ' || data_type || ' ' || is_nullable
        FROM information_schema.columns WHERE table_schema = %(s)s
        UNION SELECT 'index', tablename, replace(indexdef, %(s)s, '') FROM pg_indexes WHERE schemaname = %(s)s
        UNION SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = %(s)s::regnamespace
    """
    with connection.cursor() as cursor:
        found = []
        for schema in (TEMPLATE, "t_alpha"):
            cursor.execute(described, {"s": schema})
            found.append({tuple(plain(part.replace(f"{schema}.", "")) for part in row) for row in cursor.fetchall()})
    assert found[0] == found[1]
    assert len(found[0]) > 300


@pytest.mark.parametrize("slug", ["admin", "api", "static", "www", "sandbox", "operator"])
def test_names_the_platform_needs_are_refused(slug):
    with pytest.raises(SlugReserved):
        provisioning.create_tenant(name="X", slug=slug)
    assert not Tenant.objects.filter(slug=slug).exists()


@pytest.mark.parametrize(
    "slug",
    ["", "Gamma", "gam_ma", "-gamma", "gamma-", "1gamma", "gam--ma", "pg_x", "public;drop", "gämma", "..", "a" * 51],
)
def test_malformed_names_are_refused(slug):
    before = schemas()
    with pytest.raises((ValidationError, SlugTaken)):
        provisioning.create_tenant(name="X", slug=slug)
    assert schemas() == before


def test_a_name_is_given_once(alpha):
    with pytest.raises(SlugTaken):
        provisioning.create_tenant(name="Another", slug="alpha")
    assert Tenant.objects.filter(slug="alpha").count() == 1


def test_a_failure_half_way_leaves_nothing(monkeypatch):
    before = schemas()
    monkeypatch.setattr(provisioning, "template_sql", lambda: "CREATE SCHEMA muster_template; SELECT no_such_thing;")
    with pytest.raises(Exception, match="no_such_thing"):
        provisioning.create_tenant(name="Gamma", slug="gamma")
    assert not Tenant.objects.filter(slug="gamma").exists()
    assert schemas() == before


def test_health_names_what_is_missing(alpha, capsys):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE t_alpha.messaging_message")
        cursor.execute("CREATE SCHEMA t_orphan")
    health, orphans = check_all()
    assert [tenant.slug for tenant in health if not tenant.well] == ["alpha"]
    assert orphans == ["t_orphan"]
    with pytest.raises(CommandError):
        call_command("tenant_health")
    assert "alpha: lacks tables messaging_message" in capsys.readouterr().out


def test_a_new_tenant_has_lists_to_begin_with():
    school = provisioning.create_tenant(name="Gamma", slug="gamma", kind=Tenant.Kind.DRIVING_SCHOOL)
    with tenant_context(school):
        assert Category.objects.filter(slug="theory").exists()
        assert not Category.objects.filter(slug="gas").exists()
        assert Audience.objects.count() == 3
