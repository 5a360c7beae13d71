"""Where files are kept, and at which address they are served. Each file that is kept has a row."""

import mimetypes
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.base import File as Content
from django.db import transaction
from django.urls import reverse
from django_tenants.files.storage import TenantFileSystemStorage

from shared_apps.core.db import SchemaOwner, connection, lock_word
from shared_apps.files.errors import NoRoomLeft
from shared_apps.files.models import File
from shared_apps.files.paths import LONGEST, all_paths, is_ours, is_private
from shared_apps.tenants.archive import files_of
from shared_apps.tenants.context import tenant_context

if TYPE_CHECKING:
    from django.core.files.storage import Storage
else:
    Storage = object


class Picture(ContentFile):
    """The content of a picture, with that of its smaller `sizes` by their width in pixels; see `paths.sizes_of`."""

    def __init__(self, content: bytes, *, name: str, sizes: dict[int, bytes]):
        super().__init__(content, name=name)
        self.sizes = sizes


class Recorded(Storage):
    """Writes a row for each file, within the room that the tenant has.

    Its files are named by nobody but us: any other path is refused with SuspiciousFileOperation.
    """

    def open(self, name: str, mode: str = "rb") -> "Content":
        return super().open(checked(name), mode)

    def exists(self, name: str) -> bool:
        return super().exists(checked(name))

    def size(self, name: str) -> int:
        return super().size(checked(name))

    def get_modified_time(self, name: str) -> datetime:
        return super().get_modified_time(checked(name))

    def save(self, name: str | None, content: "IO[bytes] | Content", max_length: int | None = None) -> str:
        """Keep a file and, of a `Picture`, its sizes; the path at which it is. Raises `NoRoomLeft`."""
        sizes = content.sizes if isinstance(content, Picture) else {}
        size = int(getattr(content, "size", 0) or 0) + sum(map(len, sizes.values()))
        with transaction.atomic():
            lock_word("files")
            if File.objects.room_taken() + size > settings.FILE_QUOTA_MEGABYTES * 1024 * 1024:
                raise NoRoomLeft
            path = super().save(checked(name or content.name or ""), content, max_length=max_length)
            for other, data in zip(all_paths(path), sizes.values(), strict=False):
                super().save(other, ContentFile(data), max_length=max_length)
            File.objects.create(path=path, size=size, type=mime(path))
        return path

    def delete(self, name: str) -> None:
        """Remove a file in all of its sizes, once this transaction is committed. One that is gone is no fault.

        Content that can't be removed then has no row, and is found as what was rolled back is: see `inventory`.
        """
        paths, tenant = all_paths(checked(name)), connection.tenant
        File.objects.filter(path=name).delete()
        transaction.on_commit(lambda: self._remove(paths, tenant), robust=True)

    def _remove(self, paths: list[str], tenant: SchemaOwner) -> None:
        with tenant_context(tenant):
            for path in paths:
                super().delete(path)

    def url(self, name: str | None, *args: object, **kwargs: object) -> str:
        """The tenant's own page for it, below its slug or on its host."""
        if is_private(name or ""):
            raise ValueError("A private file has no address of its own: see links.link_to_file")
        return reverse("media", urlconf=settings.TENANT_URLCONF, args=[name])


class TenantFiles(Recorded, TenantFileSystemStorage):
    """A folder for each tenant, on a disk that all machines share."""

    def schemas(self) -> set[str]:
        """The tenants that have a folder, also those that are gone."""
        root = Path(settings.MEDIA_ROOT)
        return {path.name for path in root.iterdir() if path.is_dir()} if root.is_dir() else set()

    def remove_all_of(self, schema: str) -> None:
        """Remove the folder of a tenant that is deleted."""
        rmtree(files_of(schema), ignore_errors=True)

    def path(self, name: str) -> str:
        """Where a file is on the disk. Raises SuspiciousFileOperation for what leads out of the tenant's folder."""
        full = super().path(name)
        if not Path(full).resolve().is_relative_to(Path(self.location).resolve()):
            raise SuspiciousFileOperation(f"{name} leads out of the folder of its tenant.")
        return str(full)

    @property  # The library keeps the first folder for good, even when the setting changes.
    def relative_media_root(self) -> str:
        return str(settings.MEDIA_ROOT)


def checked(path: str) -> str:
    """The path, which is written as we write them. Raises SuspiciousFileOperation."""
    if not is_ours(path):
        raise SuspiciousFileOperation(f"{path[:LONGEST]!r} is not written as the names of our files are.")
    return path


def mime(path: str) -> str:
    """What the name of a file says that it is; names are ours."""
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


def walk(storage: "Storage", folder: str = "") -> Iterator[str]:
    """The path of everything that this tenant has in `storage`."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever kept
        return
    yield from (f"{folder}{name}" for name in files if name)
    for name in folders:
        yield from walk(storage, f"{folder}{name}/")
