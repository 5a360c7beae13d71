"""Making a tenant: its row, its domain, and its schema, in one transaction."""

from typing import TypedDict, Unpack

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from shared_apps.core.hooks import Hook
from shared_apps.core.time import now
from shared_apps.tenants import routing, spares
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.errors import SchemaInTheWay, SlugReserved, SlugTaken
from shared_apps.tenants.models import Domain, Tenant, TenantStatus
from shared_apps.tenants.recorded_migration import note
from shared_apps.tenants.schemas import (
    make_schema,
    migrations_fingerprint,
    prepare_template,
    schema_exists,
    schema_for,
    template_sql,
)
from shared_apps.tenants.tasks import keep_spares

log = structlog.get_logger()

# Called with `tenant`, in its schema: the apps above put in what a tenant begins with.
tenant_made = Hook()


class TenantDetails(TypedDict, total=False):
    """What a tenant is, where it is and what it pays in; what is not given is Tenant's own default."""

    kind: str
    country: str
    time_zone: str
    currency: str
    locale: str
    features: list[str]


def create_tenant(*, name: str, slug: str, **fields: Unpack[TenantDetails]) -> Tenant:
    """A working tenant with an empty schema, reachable by slug and on its subdomain.

    All in one transaction: a failure leaves neither row nor schema. The schema is a spare one if there
    is one, else made on the spot. Raises `SlugReserved`, `SlugTaken`, `SchemaInTheWay`, or ValidationError, by
    field, for what no tenant may have: a malformed slug, a time zone that does not exist.
    """
    if slug in routing.RESERVED:
        raise SlugReserved
    proposed = Tenant(name=name, slug=slug, schema_name=schema_for(slug), **fields)
    proposed.clean_fields()
    proposed.clean()
    with public_context():
        prepare_template()
        try:
            with transaction.atomic():
                # Active at once: nobody sees it before the schema is there, and the commit.
                tenant = Tenant.objects.create(
                    name=name, slug=slug, schema_name=schema_for(slug), status=TenantStatus.ACTIVE, **fields
                )
                host = f"{slug}.{settings.BASE_DOMAIN}"
                Domain.objects.create(domain=host, tenant=tenant, verified_at=now())
                if schema_exists(tenant.schema_name):
                    raise SchemaInTheWay
                if spares.take(tenant.schema_name):
                    keep_spares.delay_on_commit()
                else:
                    make_schema(tenant.schema_name, template_sql())
                note([tenant.schema_name], migrations_fingerprint())
                with tenant_context(tenant):
                    tenant_made(tenant=tenant)
        except (IntegrityError, ValidationError) as error:
            raise SlugTaken from error
        routing.forget(tenant)
        log.info("tenant created", slug=slug)
        return tenant
