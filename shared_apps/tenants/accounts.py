"""The accounts of tenants where their money is taken, at whichever payment provider. All asking and writing is here."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from shared_apps.core.hooks import Hook
from shared_apps.core.models import know
from shared_apps.core.states import Someone
from shared_apps.core.time import now
from shared_apps.tenants import routing
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.errors import AccountTaken
from shared_apps.tenants.models import ProviderAccount, Tenant, TenantStatus

log = structlog.get_logger()
# Whoever has payments of the present tenant with `account` adds to `said` what they are.
account_used = Hook()


def present_accounts(tenant: Tenant) -> list[ProviderAccount]:
    """Those with which `tenant` is paid now, one of a provider; some may refuse us."""
    return [one for one in tenant.all_accounts if one.replaced_at is None]


def account_at(provider: str, *, tenant: Tenant) -> ProviderAccount | None:
    """The one with which `tenant` is paid now at `provider`; None without one."""
    return next((one for one in present_accounts(tenant) if one.provider == provider), None)


def is_account_of(tenant: Tenant, *, provider: str, account: str) -> bool:
    """Whether `account` is or was the tenant's: what happens to it concerns this tenant and no other."""
    return (provider, account) in {(one.provider, one.account) for one in tenant.all_accounts}


def tenant_with(provider: str, account: str) -> Tenant | None:
    """The tenant whose `account` is or was; one that is suspended, too, for its money moves all the same."""
    served = [TenantStatus.ACTIVE, TenantStatus.SUSPENDED]
    with public_context():
        tenants = Tenant.objects.with_all().filter(status__in=served)
        return tenants.filter(accounts__provider=provider, accounts__account=account).first()


def connect_account(*, tenant: Tenant, provider: str, account: str, by: Someone | str | None) -> None:
    """Let `tenant` be paid with `account` from now on. The one before stays known as a former one.

    Connected again, it counts as obeying us. Raises `AccountTaken` when another tenant is paid with it, or was and has
    payments that are heard of by it; also when both are connected at the same moment.
    """
    try:
        with public_context(), transaction.atomic():
            rows = ProviderAccount.objects.filter(provider=provider, account=account)
            _lock(tenant.pk, *rows.values_list("tenant", flat=True))
            found = rows.select_related("tenant").first()
            if found and found.tenant_id != tenant.pk and (found.replaced_at is None or _was_used(found)):
                raise AccountTaken(found.tenant)
            _replace(tenant, provider, but=account)
            row = found or ProviderAccount(provider=provider, account=account)
            before = row.tenant if found else tenant
            row.tenant, row.disconnected_at, row.replaced_at = tenant, None, None
            row.save()
            for whose in {before, tenant}:
                _tell(whose)
    except IntegrityError as error:  # somebody else was connected to it since we looked
        with public_context():
            found = ProviderAccount.objects.select_related("tenant").get(provider=provider, account=account)
        raise AccountTaken(found.tenant) from error
    log.info("account connected", slug=tenant.slug, provider=provider, account=account, by=str(by))


def leave_account(*, tenant: Tenant, provider: str, by: Someone | str | None) -> None:
    """Let `tenant` be paid at `provider` no more. Its account stays known as a former one."""
    with public_context(), transaction.atomic():
        _lock(tenant.pk)
        _replace(tenant, provider)
        _tell(tenant)
    log.info("account left", slug=tenant.slug, provider=provider, by=str(by))


def mark_account(*, tenant: Tenant, provider: str, account: str, disconnected_at: datetime | None) -> bool:
    """Note since when the tenant's present `account` refuses us, or (None) that it does not; whether that is new."""
    with public_context(), transaction.atomic():
        _lock(tenant.pk)
        rows = ProviderAccount.objects.filter(tenant=tenant, provider=provider, account=account, replaced_at=None)
        rows = rows.filter(disconnected_at__isnull=disconnected_at is not None)
        changed = bool(rows.update(disconnected_at=disconnected_at))
        if changed:
            _tell(tenant)
    if changed:
        obeys = disconnected_at is None
        log.warning("account marked", slug=tenant.slug, provider=provider, account=account, obeys=obeys)
    return changed


def _was_used(account: ProviderAccount) -> bool:
    said: list[str] = []
    with tenant_context(account.tenant):
        account_used(provider=account.provider, account=account.account, said=said)
    return bool(said)


def _lock(*tenants: UUID) -> None:
    """All of them in one order, since whose an account is may pass from one to the other, and back."""
    list(Tenant.objects.select_for_update(no_key=True).filter(pk__in=tenants).order_by("pk").values_list("pk"))


def _replace(tenant: Tenant, provider: str, *, but: str = "") -> None:
    present = ProviderAccount.objects.filter(tenant=tenant, provider=provider, replaced_at=None)
    present.exclude(account=but).update(replaced_at=now())


def _tell(tenant: Tenant) -> None:
    """Let everybody know: other processes, and whoever holds this very `tenant`, which may be a cached one."""
    know(tenant, "accounts", list(ProviderAccount.objects.filter(tenant=tenant)))
    routing.forget(tenant)
