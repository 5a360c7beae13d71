"""One tenant as one file: its rows, what the platform knows of it, and the files it has uploaded."""

import json
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Protocol, cast

from django.conf import settings
from django.core import serializers
from django.core.files.storage import default_storage
from django.db.models import Model

from shared_apps.core.db import connection
from shared_apps.core.time import now
from shared_apps.core.types import JsonObject
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Domain, ProviderAccount, Tenant
from shared_apps.tenants.programs import run_program

FORMAT = 1
MANIFEST, ROWS, FILES = "manifest.json", "rows.dump", "files"


class NoArchive(Exception):
    """A file is not an archive of a tenant that this release can read; the message says why."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself. `records` are the tenant, its domains and accounts, as Django serializes them."""

    slug: str
    schema: str
    made_at: str
    migrations: set[tuple[str, str]]
    records: list[JsonObject]

    def tenant(self) -> Tenant:
        """The tenant as it was, not saved."""
        return next(row for row in self._rows() if isinstance(row, Tenant))

    def domains(self) -> list[Domain]:
        """The tenant's domains as they were, not saved."""
        return [row for row in self._rows() if isinstance(row, Domain)]

    def accounts(self) -> list[ProviderAccount]:
        """The tenant's accounts at payment providers as they were, not saved."""
        return [row for row in self._rows() if isinstance(row, ProviderAccount)]

    def _rows(self) -> list[Model]:
        return [each.object for each in serializers.deserialize("python", self.records, ignorenonexistent=True)]


class TenantStorage(Protocol):
    """A storage that has a folder for each tenant."""

    def schemas(self) -> set[str]: ...

    def remove_all_of(self, schema: str) -> None: ...


def files_of(schema: str) -> Path:
    """The folder of what the tenant of `schema` has uploaded."""
    return Path(settings.MEDIA_ROOT) / schema


def schemas_with_files() -> set[str]:
    """The schemas of tenants that have uploaded something, also of those that are gone."""
    return cast("TenantStorage", default_storage).schemas()


def remove_files_of(schema: str) -> None:
    """Remove what the tenant of `schema` has uploaded, wherever it is kept."""
    cast("TenantStorage", default_storage).remove_all_of(schema)


def write_archive(tenant: Tenant, path: Path) -> None:
    """Write everything of `tenant` to the new file `path`, which only its owner may read.

    Rows are those of one moment. Files are copied after it, so none that a row names is missing. A killed run leaves
    `<path>.part`. Raises `ProgramFailed`, FileExistsError.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already.")
    part = path.with_name(f"{path.name}.part")
    with TemporaryDirectory(dir=path.parent) as folder:
        rows = Path(folder) / ROWS
        manifest = _manifest(tenant)
        run_program("pg_dump", "--format=custom", f"--schema={tenant.schema_name}", "--no-owner", "--no-privileges",
                    f"--file={rows}")  # fmt: skip
        part.touch(mode=0o600)
        with tarfile.open(part, "w") as archive:
            _add_text(archive, MANIFEST, manifest)
            archive.add(rows, ROWS)
            if files_of(tenant.schema_name).is_dir():
                archive.add(files_of(tenant.schema_name), FILES)
    part.rename(path)


def read_manifest(path: Path) -> Manifest:
    """What the archive says of itself. Raises `NoArchive`."""
    try:
        with tarfile.open(path) as archive:
            member = archive.extractfile(MANIFEST)
            found = json.load(member) if member else {}
    except OSError as error:
        raise NoArchive(f"{path} can't be read: {error.strerror or error}.") from error
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise NoArchive(f"{path} is not an archive that backup_tenant has written.") from error
    if found.get("format") != FORMAT:
        raise NoArchive(f"{path} is of another format than this release reads ({found.get('format')}, not {FORMAT}).")
    migrations = {(app, name) for app, name in found["migrations"]}
    records = [later for record in found["records"] for later in _of_today(record, found["made_at"])]
    return Manifest(found["slug"], found["schema"], found["made_at"], migrations, records)


def _of_today(record: JsonObject, made_at: str) -> list[JsonObject]:
    """What `record`, which may be of an earlier release, is called today. Until November 2026 features were called
    modules, and a tenant had its accounts at Stripe in columns."""
    fields = record["fields"]
    if "modules" in fields:
        fields["features"] = fields.pop("modules")
    present, since = fields.pop("stripe_account", None), fields.pop("stripe_disconnected_at", None)
    of = {"tenant": record.get("pk"), "provider": "stripe", "created_at": made_at}
    accounts = [of | {"account": name, "replaced_at": made_at} for name in fields.pop("former_stripe_accounts", [])]
    if present:
        accounts.append(of | {"account": present, "disconnected_at": since})
    return [record, *({"model": "tenants.provideraccount", "fields": one} for one in accounts)]


def load_rows(path: Path) -> None:
    """Make the archive's schema with all its rows, or nothing of it. Raises `ProgramFailed`."""
    with TemporaryDirectory(dir=path.parent) as folder, tarfile.open(path) as archive:
        rows = Path(folder) / ROWS
        _extract(archive, archive.getmember(ROWS), rows)
        run_program("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(rows))


def load_files(path: Path, folder: Path) -> int:
    """Put the archive's files below `folder`; how many."""
    count = 0
    with tarfile.open(path) as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if not member.isfile() or name.parts[0] != FILES or ".." in name.parts:
                continue
            _extract(archive, member, folder.joinpath(*name.parts[1:]))
            count += 1
    return count


def _manifest(tenant: Tenant) -> str:
    with public_context():
        rows: list[Model] = [Tenant.objects.get(pk=tenant.pk)]
        for model in (Domain, ProviderAccount):
            rows += model._default_manager.filter(tenant=tenant).order_by("pk")
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        migrations = cursor.fetchall()
    said = {"format": FORMAT, "made_at": now().isoformat(), "slug": tenant.slug, "schema": tenant.schema_name}
    said |= {"migrations": migrations, "records": json.loads(serializers.serialize("json", rows))}
    return json.dumps(said, indent=1)


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(text.encode()), 0o600, int(now().timestamp())
    archive.addfile(info, BytesIO(text.encode()))


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(member)
    assert source
    with source, to.open("wb") as target:
        copyfileobj(source, target)
