"""The base of every model of ours."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models.base import ModelBase

from shared_apps.core.db import connection
from shared_apps.core.errors import ForeignTenant
from shared_apps.core.ids import uuid7
from shared_apps.core.time import now

R = TypeVar("R", bound=models.Model)


class MadeAt(models.DateTimeField):
    """When a row was made, or with `auto_now` last changed, on the clock that all of us ask."""

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime:
        if not (add or self.auto_now):
            return super().pre_save(model_instance, add)
        moment = now()
        setattr(model_instance, self.attname, moment)
        return moment

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs


class Row(models.Model):
    """A row with an unguessable, time-ordered key that refuses to be written in another tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = MadeAt(auto_now_add=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[object], **options: Any) -> Self:
        row = super().from_db(db, field_names, values, **options)
        row._schema = connection.schema_name
        return row

    def save_base(
        self, raw: bool = False, force_insert: bool | tuple[ModelBase, ...] = False, force_update: bool = False,
        using: str | None = None, update_fields: Iterable[str] | None = None,
    ) -> None:  # fmt: skip
        _check_schema(self)
        super().save_base(raw, force_insert, force_update, using, update_fields)
        self._schema = connection.schema_name

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        _check_schema(self)
        return super().delete(using, keep_parents)


class OneRow(models.QuerySet[R]):
    """Of a table with one row: its field `only` is unique and always True."""

    def load(self) -> R:
        """The tenant's one row: a new tenant begins with it (`seeds.py`), so a look at it need not make it."""
        return next(iter(self[:1]), None) or self.get_or_create(only=True)[0]

    def locked(self) -> R:
        """The same, locked until the transaction ends."""
        return self.select_for_update().get_or_create(only=True)[0]


def know(row: models.Model, relation: str, rows: Iterable[models.Model]) -> None:
    """Tell `row` what its `relation` holds, as a prefetch would: it was just written, so nobody need ask for it."""
    known = getattr(row, relation).all()
    known._result_cache, known._prefetch_done = list(rows), True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = known


def known(row: models.Model, relation: str) -> Sequence[Any]:
    """The rows of `relation`: as they were prefetched, or told by `know`, else from the database."""
    prefetched = row.__dict__.get("_prefetched_objects_cache", {}).get(relation)
    return prefetched if prefetched is not None else getattr(row, relation).all()


def _check_schema(row: Row) -> None:
    # An object does not know where it was read: saved under another tenant it would overwrite there.
    schema = getattr(row, "_schema", connection.schema_name)
    if schema != connection.schema_name:
        raise ForeignTenant(f"{row._meta.label} of {schema} must not be written in {connection.schema_name}")
