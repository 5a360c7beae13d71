"""This thread's database connection, typed as what it is: one that knows whose schema it works in."""

from typing import TYPE_CHECKING, Any, cast

import psycopg
from django.db import InterfaceError, OperationalError
from django.db import connection as _connection

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

    class TenantConnection(DatabaseWrapper):
        tenant: Any
        schema_name: str
        search_path_set_schemas: list[str] | None

        def set_tenant(self, tenant: Any, include_public: bool = True) -> None: ...


connection = cast("TenantConnection", _connection)

RETRY_AFTER = "5"  # seconds; about as long as Postgres needs to be back


def lock_word(word: str) -> None:
    """Wait until no other transaction of this tenant has locked `word`, and keep it locked until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{connection.schema_name} {word}"])


def is_away(error: BaseException | None) -> bool:
    """Whether `error` says that the database can't be reached, or keeps us waiting, rather than that we erred."""
    return isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError)
