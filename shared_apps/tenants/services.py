"""What happens to a tenant after it was made. Every process hears of it at once."""

from typing import Any

import structlog
from django.db import transaction

from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.tenants import routing
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Domain, Tenant, TenantStatus

log = structlog.get_logger()
CHANGEABLE = {"name", "country", "time_zone", "currency", "locale", "modules", "stripe_account"}


def suspend_tenant(*, tenant: Tenant, by: Any) -> None:
    """Show a notice in the place of the tenant's site, and hold its jobs, until it is resumed."""
    _move(tenant, TenantStatus.SUSPENDED, by)


def resume_tenant(*, tenant: Tenant, by: Any) -> None:
    """Serve a suspended tenant again."""
    _move(tenant, TenantStatus.ACTIVE, by)


def change_tenant(*, tenant: Tenant, by: Any, **fields: Any) -> None:
    """Change the tenant's name, place, money or modules. Its slug and schema stay for ever.

    Raises ValidationError for values that no tenant may have.
    """
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(f"A tenant's {', '.join(sorted(unknown))} can't be changed like this.")
    with public_context(), transaction.atomic():
        for name, value in fields.items():
            setattr(tenant, name, value)
        tenant.clean_fields(exclude=[f.name for f in tenant._meta.fields if f.name not in fields])
        tenant.save(update_fields=list(fields))
        routing.forget(tenant)
    log.info("tenant changed", slug=tenant.slug, fields=sorted(fields), by=str(by))


def add_domain(*, tenant: Tenant, domain: str, by: Any, primary: bool = False) -> Domain:
    """Serve the tenant at `domain`, which it has proven to be its own; `primary` makes links lead there.

    Raises ValidationError when another tenant has it.
    """
    with public_context(), transaction.atomic():
        row = Domain(domain=domain.lower(), tenant=tenant, is_primary=primary, verified_at=now())
        if primary:
            Domain.objects.filter(tenant=tenant, is_primary=True).update(is_primary=False)
        row.full_clean()
        row.save()
        routing.forget(tenant)
    log.info("domain added", slug=tenant.slug, domain=row.domain, by=str(by))
    return row


def _move(tenant: Tenant, to: TenantStatus, by: Any) -> None:
    with public_context(), transaction.atomic():
        move(tenant, to)
        routing.forget(tenant)
    log.info("tenant moved", slug=tenant.slug, to=to, by=str(by))
