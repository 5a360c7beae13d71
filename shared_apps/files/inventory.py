"""What is in the storage of this tenant beside what its rows say: content without a row, and rows without content."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.storage import default_storage

from shared_apps.core.time import now
from shared_apps.files.models import File
from shared_apps.files.paths import all_paths, is_ours
from shared_apps.files.storage import mime, walk
from shared_apps.timers.retention import look_daily

UNDER_WAY = timedelta(hours=1)  # for which what has no row yet may get it from a transaction that goes on


@dataclass(frozen=True)
class Inventory:
    """Paths: of all `there`, those `without_row`, of rows whose content is `missing`, and not named as `ours` are."""

    there: list[str]
    without_row: list[str]
    missing: list[str]
    not_ours: list[str]


def take_inventory() -> Inventory:
    """Look through the whole storage of this tenant."""
    found = set(walk(default_storage))  # first: what gets its row meanwhile is known then
    there = set(filter(is_ours, found))
    known = {name: path for path in File.objects.values_list("path", flat=True) for name in all_paths(path)}
    missing = {known[name] for name in known.keys() - there}
    return Inventory(sorted(there), sorted(there - known.keys()), sorted(missing), sorted(found - there))


def write_rows(paths: list[str]) -> int:
    """Count what is kept at `paths`: as files that no row of an owner names, they go after a day. How many."""
    for path in paths:
        File.objects.get_or_create(path=path, defaults={"size": default_storage.size(path), "type": mime(path)})
    return len(paths)


@look_daily("files without a row", File)
def find_what_was_rolled_back() -> int:
    """Content stays when the transaction that wrote it, and its row, is rolled back, or the machine goes off."""
    before = now() - UNDER_WAY
    paths = take_inventory().without_row
    return write_rows([path for path in paths if default_storage.get_modified_time(path) < before])
