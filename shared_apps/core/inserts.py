"""Writing new rows by an INSERT whose text is made once for a model; Django works it out anew for each row."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from django.db import models
from django.db.models import Field

from shared_apps.core.db import connection

if TYPE_CHECKING:
    from django.db.backends.utils import _SQLType

Shape: TypeAlias = tuple[tuple[type[models.Model], int], ...]


def insert(rows: Sequence[models.Model]) -> None:
    """Write new `rows`, of one model or of several that refer to each other, by one statement.

    Only plain values: raises ValueError for a row of which the database is to work something out.
    """
    groups: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    if not groups:
        return
    values: list[_SQLType] = []
    for some in groups.values():
        for row in some:
            if (plain := _values(row)) is None:
                raise ValueError(f"{row._meta.label} is not plain values alone.")
            values += plain
    _write(tuple((model, len(some)) for model, some in groups.items()), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _write(shape: Shape, values: "list[_SQLType]") -> None:
    with connection.cursor() as cursor:
        cursor.execute(_text(shape), values)


def _values(row: models.Model) -> "list[_SQLType] | None":
    columns = _columns(type(row))
    if any(hasattr(field, "get_placeholder") for field in columns):
        return None
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in columns]
    return None if any(hasattr(value, "as_sql") for value in values) else values


@lru_cache(512)
def _columns(model: type[models.Model]) -> "tuple[Field[object, object], ...]":
    return tuple(field for field in model._meta.local_concrete_fields if not field.generated)


@lru_cache(512)
def _text(shape: Shape) -> str:
    """The rows that others refer to come first in `shape`; that they are there is checked at the end."""
    *before, last = (_one(model, count) for model, count in shape)
    named = ", ".join(f"new_{number} AS ({text})" for number, text in enumerate(before))
    return f"WITH {named} {last}" if named else last


def _one(model: type[models.Model], count: int) -> str:
    quote, columns = connection.ops.quote_name, _columns(model)
    names = ", ".join(quote(str(field.column)) for field in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {', '.join([places] * count)}"  # noqa: S608  (our own names)
