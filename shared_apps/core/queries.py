"""Queries whose SQL is made once: for the few that every booking asks. Django works it out anew each time."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db.models import Model, QuerySet

from shared_apps.core.db import connection

if TYPE_CHECKING:
    from django.db.backends.utils import _SQLType

GIVEN = (UUID, datetime)
Given = ParamSpec("Given")
M = TypeVar("M", bound=Model)
R = TypeVar("R")


def made_once(query: Callable[Given, "QuerySet[M, R]"]) -> Callable[Given, list[R]]:
    """A function that gives the rows, as tuples, of what `query` asks for certain ids and instants.

    Its SQL differs in nothing else: not by tenant either, whose tables are found by the search path. What is given is
    recognised in the SQL by its value, so only ids and instants are taken, in order, and no two may be equal.
    """
    made: list[tuple[str, list[tuple[_SQLType, int | None]]]] = []

    def rows(*args: Given.args, **named: Given.kwargs) -> list[R]:
        given = cast("tuple[_SQLType, ...]", args)
        if not made:
            sql, values = query(*args, **named).query.sql_with_params()
            made.append(
                (sql, [(one, given.index(one) if isinstance(one, UUID | datetime) else None) for one in values])
            )
        sql, places = made[0]
        with connection.cursor() as cursor:
            cursor.execute(sql, [value if n is None else given[n] for value, n in places])
            found: list[R] = cursor.fetchall()
        return found

    return rows
