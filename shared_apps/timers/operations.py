"""What migrations say of a table whose rows have a time at which something is to be done."""

from django.db.migrations import RunSQL

INSERTED = """
CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW
WHEN ({now_waits}) EXECUTE FUNCTION public.wake_tenant('{column}'{grace})
"""
UPDATED = """
CREATE TRIGGER {name}_again AFTER UPDATE OF {columns} ON {table} FOR EACH ROW
WHEN (({now_waits}) AND (NOT coalesce(({waited}), false) OR OLD.{column} IS NULL OR NEW.{column} < OLD.{column}))
EXECUTE FUNCTION public.wake_tenant('{column}')
"""


class WakesAt(RunSQL):
    """Whenever a row of `table` gets a time in `column` and `waits`, its tenant is woken at that time, by a trigger.

    `waits` is a condition in SQL with `{row}` in the place of the row; `also` are the other columns that it reads. A
    row whose time is put off needs no wake-up: whoever comes at the former time leaves one for the next. `grace` is
    added to the time of a new row, where whoever writes it does the work itself right after its commit.
    """

    def __init__(
        self, table: str, column: str, *, waits: str = "true", also: tuple[str, ...] = (), grace: str = ""
    ) -> None:
        self.given: dict[str, object] = {"table": table, "column": column, "waits": waits, "also": also, "grace": grace}
        name = f"wakes_at_{column}"
        parts = {
            "name": name, "table": table, "column": column, "columns": ", ".join([column, *also]),
            "now_waits": waits.format(row="NEW"), "waited": waits.format(row="OLD"),
            "grace": f", '{grace}'" if grace else "",
        }  # fmt: skip
        super().__init__(
            [(INSERTED.format(**parts).strip(), None), (UPDATED.format(**parts).strip(), None)],
            [(f"DROP TRIGGER {name} ON {table}", None), (f"DROP TRIGGER {name}_again ON {table}", None)],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        given = dict(self.given)
        return type(self).__name__, [given.pop("table"), given.pop("column")], given

    def describe(self) -> str:
        return f"Wake the tenant at {self.given['column']} of {self.given['table']}"
