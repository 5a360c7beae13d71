"""Bringing a tenant back out of an archive, all of it or nothing that anybody can see."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.resilience.health import wanted_migrations
from shared_apps.tenants import routing
from shared_apps.tenants.archive import Manifest, NoArchive, files_of, load_files, load_rows, read_manifest
from shared_apps.tenants.context import public_context
from shared_apps.tenants.migrating import migrate
from shared_apps.tenants.models import Domain, ProviderAccount, Tenant, TenantStatus
from shared_apps.tenants.programs import ProgramFailed
from shared_apps.tenants.schemas import schema_exists
from shared_apps.tenants.wake_ups import wake

log = structlog.get_logger()


class NotRestored(Exception):
    """Nothing was changed, or it was put back; the message says why and what can be done."""


def restore_tenant(path: Path, *, replace: bool = False) -> tuple[Tenant, str]:
    """Bring back the tenant in the archive at `path`: rows, domains, files. Returns it, and what was put aside.

    A tenant that exists is refused unless `replace` is set: its present schema and files are then renamed and kept
    under the name that is returned (else empty), and nobody is served while the old rows are loaded. An archive of
    an earlier release is migrated. Raises `NotRestored`.
    """
    try:
        manifest = read_manifest(path)
    except NoArchive as error:
        raise NotRestored(str(error)) from error
    with public_context():
        present = Tenant.objects.filter(slug=manifest.slug).first()
        _refuse(manifest, present, replace=replace)
        name = f"replaced_{now():%Y%m%d_%H%M%S}_{manifest.schema}"[:63]
        with _files_at_hand(path, manifest.schema) as files:
            was = present.status if present else ""
            if present:
                _put_aside(present, name)
            try:
                load_rows(path)
            except (ProgramFailed, OSError) as error:
                if present:
                    _put_back(present, name, was)
                raise NotRestored(str(error)) from error
            if files_of(manifest.schema).exists():
                files_of(manifest.schema).rename(files_of(name))
            if files.exists():
                files.rename(files_of(manifest.schema))
        tenant = _save_rows(manifest, present)
        if failed := migrate([manifest.schema]).failed:
            raise NotRestored(
                f"The rows are back but could not be migrated: {failed[manifest.schema]}. Mend the cause, then run: "
                f"manage.py migrate_tenants, and: manage.py tenant_status resume {tenant.slug}"
            )
        with transaction.atomic():
            _bring_to(tenant, manifest.tenant().status, reason=f"Restored from an archive of {manifest.made_at}")
            wake(tenant.schema_name)  # rows that are loaded wake nobody
            routing.forget(tenant)
    log.info("tenant restored", slug=tenant.slug, made_at=manifest.made_at, aside=name if present else "")
    return tenant, name if present else ""


@contextmanager
def _files_at_hand(path: Path, schema: str) -> Iterator[Path]:
    """A folder with the archive's files, beside where they belong. A full disk is found before anything is changed."""
    folder = files_of(f"restoring_{schema}")
    rmtree(folder, ignore_errors=True)
    try:
        load_files(path, folder)
        yield folder
    except OSError as error:
        raise NotRestored(f"The files could not be written: {error}.") from error
    finally:
        rmtree(folder, ignore_errors=True)


def _refuse(manifest: Manifest, present: Tenant | None, *, replace: bool) -> None:
    wanted = wanted_migrations()
    ours = {app for app, _ in wanted}
    if unknown := sorted(".".join(one) for one in manifest.migrations - wanted if one[0] in ours):
        raise NotRestored(f"The archive is of a later release: this one does not know {', '.join(unknown[:3])}.")
    if present and not replace:
        raise NotRestored(
            f"There is a tenant called {manifest.slug}. To bring back its state of {manifest.made_at} and put the "
            "present one aside, add --replace."
        )
    if not present and schema_exists(manifest.schema):
        raise NotRestored(
            f"There is a schema {manifest.schema} that belongs to no tenant. Look what it is; rename it, or drop it "
            f"with: DROP SCHEMA {manifest.schema} CASCADE;"
        )
    others = Domain.objects.exclude(tenant__slug=manifest.slug)
    taken = others.filter(domain__in=[row.domain for row in manifest.domains()]).values_list("domain", flat=True)
    if taken:
        raise NotRestored(f"Another tenant has {', '.join(sorted(taken))} now. Take it away from that one first.")
    for row in manifest.accounts():
        if row.replaced_at is None and _of_others(manifest, row, replaced_at=None).exists():
            raise NotRestored(
                f"Another tenant has the payment account {row.account} now. Take it away from that one first."
            )


def _of_others(manifest: Manifest, row: ProviderAccount, **filters: object) -> QuerySet[ProviderAccount]:
    """The account that `row` is, if it belongs to another tenant today."""
    others = ProviderAccount.objects.exclude(tenant__slug=manifest.slug)
    return others.filter(provider=row.provider, account=row.account, **filters)


def _put_aside(tenant: Tenant, aside: str) -> None:
    """Serve the tenant to nobody, and keep its schema under another name."""
    with transaction.atomic():
        _bring_to(tenant, TenantStatus.SUSPENDED, reason="An archive is restored in its place")
        if schema_exists(tenant.schema_name):
            _rename_schema(tenant.schema_name, aside)
        routing.forget(tenant)


def _bring_to(tenant: Tenant, status: str, *, reason: str) -> None:
    if tenant.status != status:
        move(tenant, "status", status, by=None, reason=reason)


def _put_back(tenant: Tenant, aside: str, status: str) -> None:
    with transaction.atomic():
        if schema_exists(aside):
            _rename_schema(aside, tenant.schema_name)
        _bring_to(tenant, status, reason="The archive could not be restored")
        routing.forget(tenant)


def _rename_schema(name: str, to: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER SCHEMA "{name}" RENAME TO "{to}"')


def _save_rows(manifest: Manifest, present: Tenant | None) -> Tenant:
    """The platform's rows of the tenant, which is not served yet. Domains that it has got since are kept."""
    tenant = manifest.tenant()
    if present:
        tenant.pk = present.pk
    tenant.status = TenantStatus.PROVISIONING
    with transaction.atomic():
        if present:
            move(present, "status", TenantStatus.PROVISIONING, by=None, reason="Restored from an archive")
        tenant.save_base(raw=True)
        kept = {row.domain: row.is_primary for row in Domain.objects.filter(tenant=tenant)}
        for domain in manifest.domains():
            if domain.domain not in kept:
                domain.tenant_id = tenant.pk
                domain.is_primary = domain.is_primary and not any(kept.values())
                domain.save_base(raw=True)
        _save_accounts(manifest, tenant)
    return tenant


def _save_accounts(manifest: Manifest, tenant: Tenant) -> None:
    """The tenant's accounts as they were. Those that it has got since are known as former ones."""
    own = ProviderAccount.objects.filter(tenant=tenant)
    own.filter(replaced_at=None).update(replaced_at=now())
    for row in manifest.accounts():
        if row.replaced_at and _of_others(manifest, row).exists():
            continue
        ProviderAccount.objects.filter(provider=row.provider, account=row.account).delete()
        row.tenant_id = tenant.pk
        row.save_base(raw=True)
