"""Writing new rows by an INSERT whose text is made once for a model; Django works it out anew for each row."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from django.db import models
from django.db.models import Field
from psycopg import RawCursor

from shared_apps.core.db import connection

if TYPE_CHECKING:
    from django.db.backends.utils import _SQLType

Shape: TypeAlias = tuple[tuple[type[models.Model], int], ...]
AS_IT_IS: dict[type[models.Field], type] = {
    models.BooleanField: bool,
    models.CharField: str,
    models.IntegerField: int,
    models.TextField: str,
    models.UUIDField: UUID,
}


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
    connection.cursor().close()  # the schema is this tenant's from now on
    connection.validate_no_broken_transaction()
    # In Postgres' own form, since the driver takes any other text of more than fifty places apart each time.
    with connection.wrap_database_errors, RawCursor(connection.connection) as cursor:
        cursor.execute(_text(shape), values)


def _values(row: models.Model) -> "list[_SQLType] | None":
    columns = _columns(type(row))
    if any(hasattr(field, "get_placeholder") for field, _kept in columns):
        return None
    values: list[_SQLType] = []
    for field, kept in columns:
        value = field.pre_save(row, True)
        as_it_is = value is None or type(value) is kept
        values.append(value if as_it_is else field.get_db_prep_save(value, connection))
    return None if any(hasattr(value, "as_sql") for value in values) else values


@lru_cache(512)
def _columns(model: type[models.Model]) -> "tuple[tuple[Field[object, object], type | None], ...]":
    """Each column, and the type of the values that it gives to the database as they are."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    kinds = [type(field.target_field if isinstance(field, models.ForeignKey) else field) for field in fields]
    return tuple((field, AS_IT_IS.get(kind)) for field, kind in zip(fields, kinds, strict=True))


@lru_cache(512)
def _text(shape: Shape) -> str:
    """The rows that others refer to come first in `shape`; that they are there is checked at the end."""
    places = count(1)
    *before, last = (_one(model, rows, places) for model, rows in shape)
    named = ", ".join(f"new_{number} AS ({text})" for number, text in enumerate(before))
    return f"WITH {named} {last}" if named else last


def _one(model: type[models.Model], rows: int, places: Iterator[int]) -> str:
    quote, columns = connection.ops.quote_name, _columns(model)
    names = ", ".join(quote(str(field.column)) for field, _kept in columns)
    values = ", ".join(f"({', '.join(f'${next(places)}' for _ in columns)})" for _ in range(rows))
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {values}"  # noqa: S608  (our own names)
