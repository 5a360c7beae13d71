from collections.abc import Callable
from pathlib import Path

import pytest

from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import create_tenant
from tests.support.release import write


@pytest.fixture
def release(tmp_path: Path, settings) -> Callable[..., None]:
    """`release('migrations.AddField(…),')`: from here on that migration of the catalogue is there to be applied."""

    def make(operations: str, *, app: str = "catalogue", **options) -> None:
        module = write(tmp_path, app=app, operations=operations, **options)
        settings.MIGRATION_MODULES = {**settings.MIGRATION_MODULES, app: module}

    return make


@pytest.fixture
def more_tenants(db) -> Callable[[int], list[Tenant]]:
    """`more_tenants(5)`: so many besides alpha and beta."""

    def make(count: int) -> list[Tenant]:
        return [create_tenant(name=f"School {n}", slug=f"school-{n}") for n in range(count)]

    return make


@pytest.fixture
def columns() -> Callable[..., set[str]]:
    """`columns(tenant, "catalogue_course")`: the names of the table's columns."""
    from django.db import connection

    def names(tenant: Tenant, table: str) -> set[str]:
        with tenant_context(tenant), connection.cursor() as cursor:
            return {column.name for column in connection.introspection.get_table_description(cursor, table)}

    return names
