"""A seal on a tenant's tables: broken by any row that is written, even by one that is rolled back."""

from typing import Any

from django.db import connection

TOUCHED = "public.isolation_seal"


class Seal:
    """Count every row that is inserted, updated or deleted in a schema, in the present transaction's tables.

    Sequences do not roll back, so whoever writes is found out whatever becomes of what they wrote.
    """

    def __init__(self, tenant: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SEQUENCE {TOUCHED}")
            cursor.execute(
                f"CREATE FUNCTION {TOUCHED}_touch() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN PERFORM nextval('{TOUCHED}'); RETURN NULL; END $$"
            )
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [tenant.schema_name])
            for (table,) in cursor.fetchall():
                cursor.execute(
                    "CREATE TRIGGER isolation_seal AFTER INSERT OR UPDATE OR DELETE "
                    f'ON "{tenant.schema_name}"."{table}" FOR EACH ROW EXECUTE FUNCTION {TOUCHED}_touch()'
                )

    def count(self) -> int:
        """How many rows were written since the seal was put on."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {TOUCHED}")
            return int(cursor.fetchone()[0])
