"""The column that the rows of a table are found by, and its index."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, GeneratedField, Lookup, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    TextLookup = Lookup[str]
else:
    TextLookup = Lookup

# What ends the names in `found_by`, and what begins the part that not everybody may see. `ext.plain` leaves both out of
# texts, and makes them of two signs that nobody types.
NAMES, REST = "|", "^"
END_OF_NAMES, BEGIN_OF_REST = "\x1f", "\x1e"


class Plain(Func):
    """A text in small letters, without accents and apostrophes. A migration of `tenants` makes the function."""

    function = "ext.plain"
    output_field = TextField()


class Digits(Func):
    """The digits of a text."""

    function = "regexp_replace"
    template = r"%(function)s(%(expressions)s, '\D', '', 'g')"
    output_field = TextField()


class Joined(Func):
    """Texts in a row."""

    template = "%(expressions)s"
    arg_joiner = " || "
    output_field = TextField()


@TextField.register_lookup
class Like(TextLookup):
    """`column__like="%…%"`, a pattern of SQL."""

    lookup_name = "like"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        lhs, of_lhs = self.process_lhs(compiler, connection)
        rhs, of_rhs = self.process_rhs(compiler, connection)
        return f"{lhs} LIKE {rhs}", (*of_lhs, *of_rhs)


def searched(
    *, named: Sequence[str] = (), known: Sequence[str] = (), numbers: Sequence[str] = (), private: Sequence[str] = ()
) -> Plain:
    """What a row is found by, of its fields: its names, what else is known, telephone numbers; what only some may see.

    Each word stands between spaces, so that words and the beginnings of words can be told from parts.
    """
    parts: list[Combinable] = [Value(" ")]
    for name in named:
        parts += [F(name), Value(" ")]
    parts += [Value(f"{END_OF_NAMES} ")]
    for name in known:
        parts += [F(name), Value(" ")]
    for name in numbers:
        parts += [Digits(F(name)), Value(" ")]
    parts += [Value(f"{BEGIN_OF_REST} ")]
    for name in private:
        parts += [F(name), Value(" ")]
    return Plain(Joined(*parts))  # once for all of them: it costs more than what it does


class FoundBy(GeneratedField):
    """The column that rows of a table are found by."""

    if not TYPE_CHECKING:
        db_returning = False  # nobody reads it


def found_by(
    *, named: Sequence[str] = (), known: Sequence[str] = (), numbers: Sequence[str] = (), private: Sequence[str] = ()
) -> FoundBy:
    """The column of a model, for its fields as `searched` has them."""
    expression = searched(named=named, known=known, numbers=numbers, private=private)
    return FoundBy(expression=expression, output_field=TextField(), db_persist=True)


def found_by_index(table: str) -> GinIndex:
    """The index of a `found_by` column."""
    return GinIndex(fields=["found_by"], opclasses=["ext.gin_trgm_ops"], name=f"{table}_found_by")
