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
ANEW = """
CREATE TRIGGER {name}_anew AFTER UPDATE OF attempts, dropped_at ON {table} FOR EACH ROW
WHEN (NEW.{done} IS NULL AND NEW.dropped_at IS NULL AND (NEW.attempts < OLD.attempts OR OLD.dropped_at IS NOT NULL))
EXECUTE FUNCTION public.wake_tenant('{column}')
"""


class WakesAt(RunSQL):
    """Whenever a row of `table` gets a time in `column` and `waits`, its tenant is woken at that time, by a trigger.

    `waits` is a condition in SQL with `{row}` in the place of the row; `also` are the other columns that it reads. A
    row whose time is put off needs no wake-up: whoever comes at the former time leaves one for the next. `grace` is
    added to the time of a new row, where whoever writes it does the work itself right after its commit. `anew`: such a
    trigger is there already, and other rows wait from now on.
    """

    def __init__(
        self, table: str, column: str, *, waits: str = "true", also: tuple[str, ...] = (), grace: str = "",
        anew: bool = False,
    ) -> None:  # fmt: skip
        self.given: dict[str, object] = {"table": table, "column": column, "waits": waits, "also": also, "grace": grace}
        if anew:
            self.given["anew"] = True
        name = f"wakes_at_{column}"
        parts = {
            "name": name, "table": table, "column": column, "columns": ", ".join([column, *also]),
            "now_waits": waits.format(row="NEW"), "waited": waits.format(row="OLD"),
            "grace": f", '{grace}'" if grace else "",
        }  # fmt: skip
        made = [text.format(**parts).strip() for text in (INSERTED, UPDATED)]
        if anew:
            made = [text.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1) for text in made]
        dropped = [(f"DROP TRIGGER {name} ON {table}", None), (f"DROP TRIGGER {name}_again ON {table}", None)]
        super().__init__([(text, None) for text in made], RunSQL.noop if anew else [*dropped])

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        given = dict(self.given)
        return type(self).__name__, [given.pop("table"), given.pop("column")], given

    def describe(self) -> str:
        return f"Wake the tenant at {self.given['column']} of {self.given['table']}"


class WakesWhenTriedAnew(RunSQL):
    """Whenever a row of `table` that was given up or dropped is to be tried again at `column`, its tenant is woken.

    The table counts its `attempts`, has a `dropped_at`, and is through with a row when `done` has a time. However many
    attempts there are before it is given up: those that begin to count anew are woken for.
    """

    def __init__(self, table: str, column: str, *, done: str) -> None:
        self.given = {"table": table, "column": column, "done": done}
        name = f"wakes_at_{column}"
        super().__init__(
            [(ANEW.format(name=name, **self.given).strip(), None)], [(f"DROP TRIGGER {name}_anew ON {table}", None)]
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [self.given["table"], self.given["column"]], {"done": self.given["done"]}

    def describe(self) -> str:
        return f"Wake the tenant when a row of {self.given['table']} is tried anew"
