"""What happens to a tenant after it was made. Every process hears of it at once."""

from typing import TypedDict, Unpack

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shared_apps.core.db import connection
from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.states import Actor, Someone, move
from shared_apps.core.time import now
from shared_apps.tenants import routing
from shared_apps.tenants.archive import remove_files_of
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Domain, Tenant, TenantStatus
from shared_apps.tenants.wake_ups import wake

log = structlog.get_logger()


class TenantChanges(TypedDict, total=False):
    """What of a tenant can be changed after it was made."""

    name: str
    country: str
    time_zone: str
    currency: str
    locale: str
    features: list[str]


CHANGEABLE = TenantChanges.__optional_keys__


def suspend_tenant(*, tenant: Tenant, by: Someone | str | None, reason: str = "") -> None:
    """Show a notice in the place of the tenant's site, and hold its jobs, until it is resumed.

    Its owner can sign in and is told the `reason`. `by` is an operator, or what calls itself so at the command line.
    """
    _move(tenant, TenantStatus.SUSPENDED, by, reason=reason, suspended_reason=reason)


def tell_why_suspended(*, tenant: Tenant, by: Someone | str | None, reason: str) -> None:
    """Give the owner of a suspended tenant another reason."""
    with public_context(), transaction.atomic():
        if not Tenant.objects.filter(pk=tenant.pk, status=TenantStatus.SUSPENDED).update(suspended_reason=reason):
            raise MovedMeanwhile
        routing.forget(tenant)
    log.info("tenant suspended for another reason", slug=tenant.slug, by=str(by))


def resume_tenant(*, tenant: Tenant, by: Someone | str | None) -> None:
    """Serve a suspended tenant again."""
    _move(tenant, TenantStatus.ACTIVE, by, suspended_reason="")


def change_tenant(*, tenant: Tenant, by: Someone | str | None, **fields: Unpack[TenantChanges]) -> None:
    """Change the tenant's name, place, money or features. Its slug and schema stay for ever.

    Raises ValidationError for values that no tenant may have.
    """
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(f"A tenant's {', '.join(sorted(unknown))} can't be changed like this.")
    with public_context(), transaction.atomic():
        for name, value in fields.items():
            setattr(tenant, name, value)
        tenant.clean_fields(exclude=[f.name for f in tenant._meta.fields if f.name not in fields])
        tenant.clean()
        tenant.save(update_fields=list(fields))
        if "features" in fields:
            wake(tenant.schema_name)  # what waited for a feature that was off
        routing.forget(tenant)
    log.info("tenant changed", slug=tenant.slug, fields=sorted(fields), by=str(by))


def add_domain(*, tenant: Tenant, domain: str, by: Someone | str | None, primary: bool = False) -> Domain:
    """Serve the tenant at `domain`, which it has proven to be its own; `primary` makes links lead there.

    A host that it has already can be made the primary one. Raises ValidationError when there is nothing to change,
    when another tenant has it, when it is the platform's, or no name of a host.
    """
    validate_host(domain.lower())
    with public_context(), transaction.atomic():
        present = Domain.objects.filter(domain=domain.lower()).first()
        if present and present.tenant_id != tenant.pk:
            raise ValidationError({"domain": _("This host is taken.")})
        if present and (present.is_primary or not primary):
            raise ValidationError({"domain": _("The provider answers at this host already.")})
        if primary:
            Domain.objects.filter(tenant=tenant, is_primary=True).update(is_primary=False)
        row = present or Domain(domain=domain.lower(), tenant=tenant, verified_at=now())
        row.is_primary = primary
        row.full_clean()
        row.save()
        routing.forget(tenant)
    log.info("domain added", slug=tenant.slug, domain=row.domain, by=str(by))
    return row


def validate_host(domain: str) -> None:
    """Raise ValidationError unless `domain`, in small letters, can be a tenant's own."""
    try:
        validate_domain_name(domain)
    except ValidationError:
        raise ValidationError({"domain": _("Enter the name of a host only, such as book.example.org.")}) from None
    if domain in settings.MAIN_HOSTS:
        raise ValidationError({"domain": _("This is the platform's own host.")})
    if f".{domain}".endswith(f".{settings.BASE_DOMAIN}"):
        raise ValidationError({"domain": _("Hosts below the platform's own come with a provider's slug.")})


def delete_tenant(*, tenant: Tenant, by: Someone | str | None) -> None:
    """Drop the tenant's schema with all its rows, its domains and its uploaded files. Nothing brings them back."""
    with public_context(), transaction.atomic():
        schema = tenant.schema_name
        routing.forget(tenant)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {connection.ops.quote_name(schema)} CASCADE")
        Tenant.objects.filter(pk=tenant.pk).delete()
        # What a bucket that is away keeps is found by `check_files`.
        transaction.on_commit(lambda: remove_files_of(schema), robust=True)
    log.info("tenant deleted", slug=tenant.slug, by=str(by))


def _move(tenant: Tenant, to: TenantStatus, by: Someone | str | None, *, reason: str = "", **changes: str) -> None:
    acting = Actor.COMMAND_LINE if isinstance(by, str) else None
    person = None if isinstance(by, str) else by
    with public_context(), transaction.atomic():
        move(tenant, "status", to, by=person, acting=acting, reason=reason, **changes)
        if to == TenantStatus.ACTIVE:
            wake(tenant.schema_name)
        routing.forget(tenant)
    log.info("tenant moved", slug=tenant.slug, to=to, by=str(by))
