"""This thread's database connection, typed as what it is: one that knows whose schema it works in."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, cast

import psycopg
from django.db import InterfaceError, OperationalError, transaction
from django.db import connection as _connection


class SchemaOwner(Protocol):
    """Whose schema one may work in: a tenant's, or the platform's own."""

    schema_name: str


if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

    class TenantConnection(DatabaseWrapper):
        tenant: Any
        schema_name: str
        search_path_set_schemas: list[str] | None

        def set_tenant(self, tenant: "SchemaOwner", include_public: bool = True) -> None: ...


connection = cast("TenantConnection", _connection)

RETRY_AFTER = "5"  # seconds; about as long as Postgres needs to be back
# SQLSTATEs: no connection, too many of them, and a server that shuts down or begins. The driver itself gives none.
NO_CONNECTION = ("08", "53300", "57P")
QUERY_CANCELED = "57014"


def lock_word(word: str) -> None:
    """Wait until no other transaction of this tenant has locked `word`, and keep it locked until this one ends."""
    lock_words([word])


def lock_words(words: Iterable[str]) -> None:
    """The same of several, in the order in which everybody locks them: else two would wait for one another."""
    known = [f"{connection.schema_name} {word}" for word in sorted(set(words))]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(word, 0)) FROM unnest(%s::text[]) AS words(word)", [known]
        )


class TooSlow(Exception):
    """A query took longer than the page that asked for it waits."""


@contextmanager
def patience_of(seconds: float) -> Iterator[None]:
    """Give up what is asked in here when one query takes longer than so many `seconds`. Raises `TooSlow`."""
    try:
        with transaction.atomic():
            before = _wait_for(f"{seconds * 1000:.0f}ms")
            yield
            _wait_for(before)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == QUERY_CANCELED:
            raise TooSlow from error
        raise


def _wait_for(limit: str) -> str:
    """Have the queries of this transaction end after `limit`; what it was before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)", [limit]
        )
        before: str = cursor.fetchone()[0]
    return before


def did_not_answer(error: BaseException | None) -> bool:
    """Whether the database can't be reached, or kept us waiting for too long, rather than that we erred."""
    return isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError)


def is_away(error: BaseException | None) -> bool:
    """Whether the database can't be reached. One that said no, because of a lock or of too long a query, can."""
    if not did_not_answer(error):
        return False
    said = error if isinstance(error, psycopg.Error) else getattr(error, "__cause__", None)
    code: str | None = getattr(said, "sqlstate", None)
    return code is None or code.startswith(NO_CONNECTION)
