"""Whether code that does not know a migration yet can go on working once it was applied.

While tenants are migrated one after the other, and until the last process has been replaced, the former
code meets both: so a release may only add. What it leaves behind is taken away by a later one, in
migrations that say `contracts = True`.
"""

from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.state import ProjectState

CHARS = "django.db.models.CharField"
TAKES_AWAY = (
    operations.RemoveField, operations.RenameField, operations.DeleteModel, operations.RenameModel,
    operations.AlterModelTable,
)  # fmt: skip
# What of a field the database does not know, or does not mind.
HARMLESS = {
    "blank", "choices", "db_comment", "db_default", "db_index", "default", "editable", "error_messages", "help_text",
    "on_delete", "related_name", "validators", "verbose_name",
}  # fmt: skip


def dangers(migration: Migration, before: ProjectState) -> list[str]:
    """What in `migration` the former code might stumble over, whose models are those of `before`.

    Nothing for the first migration of an app, or one that says that it contracts.
    """
    if migration.initial or getattr(migration, "contracts", False):
        return []
    state, found = before.clone(), []
    new = {one.name_lower for one in migration.operations if isinstance(one, operations.CreateModel)}
    for operation in migration.operations:
        of_new = isinstance(operation, FieldOperation) and operation.model_name_lower in new
        if not of_new and _is_dangerous(operation, state, migration.app_label):
            found.append(operation.describe())
        operation.state_forwards(migration.app_label, state)
    return found


def _is_dangerous(operation: Operation, state: ProjectState, label: str) -> bool:
    if isinstance(operation, operations.AddField):
        return not _may_be_left_out(operation.field)
    if isinstance(operation, operations.AlterField):
        field = state.models[label, operation.model_name_lower].get_field(operation.name)
        return _narrows(field, operation.field)
    return isinstance(operation, TAKES_AWAY)


def _may_be_left_out(field: models.Field) -> bool:
    # A Python default is no help: Django puts it on existing rows and then takes it off the column.
    return field.null or field.many_to_many or field.has_db_default() or isinstance(field, models.GeneratedField)


def _narrows(before: models.Field, after: models.Field) -> bool:
    """Whether `after` may refuse what `before` takes, or is another kind of column."""
    _, kind, _, had = before.deconstruct()
    _, new_kind, _, has = after.deconstruct()
    changed = {name for name in (had | has) if had.get(name) != has.get(name)} - HARMLESS
    # An address may be any text from now on, and what one row had for itself several may share: the column is the same.
    is_text = before.get_internal_type() == after.get_internal_type() == "CharField"
    same = kind == new_kind or (is_text and new_kind == CHARS) or (before.one_to_one and after.many_to_one)
    return not same or any(not _widens(name, had, has) for name in changed)


def _widens(name: str, had: dict[str, object], has: dict[str, object]) -> bool:
    # Not `max_length`: a wider column is another type for the statements that connections have prepared.
    if name == "null":
        return bool(has.get("null"))
    return name == "unique" and not has.get("unique")
