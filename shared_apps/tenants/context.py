"""Whose data this connection sees. Never `django_tenants.utils.tenant_context`, which adds public."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone
from django_tenants.postgresql_backend.base import FakeTenant

from shared_apps.core.db import SchemaOwner, connection

if TYPE_CHECKING:
    from shared_apps.tenants.models import Tenant


def enter(tenant: SchemaOwner) -> None:
    """Point this thread's connection at `tenant` alone (its time zone too), or at public when it is public."""
    connection.set_tenant(tenant, include_public=False)
    zone = getattr(tenant, "time_zone", None)
    if zone:
        timezone.activate(zone)
    else:
        timezone.deactivate()


@contextmanager
def tenant_context(tenant: SchemaOwner) -> Iterator[None]:
    """Work as `tenant`, then go back to whoever was before, whatever happens."""
    before = connection.tenant
    enter(tenant)
    try:
        yield
    finally:
        enter(before)


def public_context() -> AbstractContextManager[None]:
    """Work in the public schema, where tenants and operators live."""
    return tenant_context(FakeTenant("public"))


def current_tenant() -> "Tenant":
    """The tenant of this connection, as tenants' apps ask: they run nowhere else."""
    tenant = tenant_or_none()
    if tenant is None:
        raise LookupError("the platform itself is no tenant")
    return tenant


def tenant_or_none() -> "Tenant | None":
    """The tenant of this connection, or None in public."""
    line: Any = connections[DEFAULT_DB_ALIAS]  # once, and not for each of its attributes: pages ask dozens of times
    tenant: Tenant | None = line.tenant if line.schema_name != "public" else None
    return tenant


def cache_key(key: str, prefix: str, version: int) -> str:
    """Every cache entry belongs to one schema."""
    return f"{connection.schema_name}:{prefix}:{version}:{key}"
