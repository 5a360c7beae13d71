"""What an operator does by command: sites with their owners, and operators themselves."""

from typing import Unpack

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from shared_apps.accounts.letters import send_welcome
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import OPERATOR, OWNER
from shared_apps.accounts.services import create_user
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import TenantDetails, create_tenant
from shared_apps.tenants.schemas import prepare_template

log = structlog.get_logger()


def found_tenant(
    *, owner_email: str, owner_name: str = "", name: str, slug: str, **fields: Unpack[TenantDetails]
) -> Tenant:
    """A working tenant (see `create_tenant`) whose owner is emailed a link that sets their password.

    All or nothing. Raises what `create_tenant` raises, and ValidationError for a malformed address.
    """
    _check_email(owner_email)
    prepare_template()  # made by pg_dump, which sees nothing of an open transaction
    with transaction.atomic():
        tenant = create_tenant(name=name, slug=slug, **fields)
        invite_owner(tenant=tenant, email=owner_email, name=owner_name)
    return tenant


def invite_owner(*, tenant: Tenant, email: str, name: str = "") -> User:
    """Make somebody an owner of `tenant` and email them a link, in the provider's name.

    Who has an account there already keeps it. Raises ValidationError for a malformed address.
    """
    _check_email(email)
    with tenant_context(tenant), transaction.atomic():
        user = User.objects.select_for_update().filter(email__iexact=email).first()
        if user is None:
            user = create_user(email=email, name=name, roles=[OWNER])
        elif OWNER not in user.roles:
            user.roles = [*user.roles, OWNER]
            user.save(update_fields=["roles"])
        send_welcome(user)
    log.info("owner invited", slug=tenant.slug)
    return user


def create_operator(*, email: str, name: str = "") -> User:
    """Somebody who may enter the operators' console. They have no password yet: see `send_welcome`, `password_link`.

    Raises `EmailTaken`, or ValidationError for a malformed address.
    """
    _check_email(email)
    with public_context():
        user = create_user(email=email, name=name, roles=[OPERATOR])
    log.info("operator created", user=str(user.pk))
    return user


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(f"{email} is not an email address.") from None
