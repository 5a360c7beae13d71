"""Whether code that does not know a migration yet can go on working once it was applied.

While tenants are migrated one after the other, and until the last process has been replaced, the former
code meets both: so a release may only add. What it leaves behind is taken away by a later one, in
migrations that say `contracts = True`.
"""

from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation

TAKES_AWAY = (
    operations.RemoveField, operations.RenameField, operations.AlterField,
    operations.DeleteModel, operations.RenameModel, operations.AlterModelTable,
)  # fmt: skip


def dangers(migration: Migration) -> list[str]:
    """What in `migration` the former code might stumble over; nothing for a first one, or one that `contracts`."""
    if migration.initial or getattr(migration, "contracts", False):
        return []
    return [operation.describe() for operation in migration.operations if _is_dangerous(operation)]


def _is_dangerous(operation: Operation) -> bool:
    if isinstance(operation, operations.AddField):
        return not _may_be_left_out(operation.field)
    return isinstance(operation, TAKES_AWAY)


def _may_be_left_out(field: models.Field) -> bool:
    # A Python default is no help: Django puts it on existing rows and then takes it off the column.
    return field.null or field.many_to_many or field.has_db_default() or isinstance(field, models.GeneratedField)
