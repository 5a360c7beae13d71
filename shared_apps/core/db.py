"""This thread's database connection, typed as what it is: one that knows whose schema it works in."""

from typing import TYPE_CHECKING, Any, cast

from django.db import connection as _connection

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

    class TenantConnection(DatabaseWrapper):
        tenant: Any
        schema_name: str
        search_path_set_schemas: list[str] | None

        def set_tenant(self, tenant: Any, include_public: bool = True) -> None: ...


connection = cast("TenantConnection", _connection)
