"""Whether what stands between us and Postgres keeps each client's search path apart.

A pooler in transaction mode lends one server connection to many clients in turn. Unless it restores what
each client has set, a tenant reads its neighbour's rows, and nothing tells.
"""

from collections.abc import Callable
from typing import Any

import psycopg


def keeps_the_schema(connect: "Callable[[], psycopg.Connection[Any]]") -> bool:
    """Set another search path on each of two lines, several times in turn, and see whether each still has its own.

    `connect` opens a line in autocommit. A pooler that mixes them up does so at once, because it lends
    the same idle server to both.
    """
    with connect() as one, connect() as other:
        for turn in range(3):
            for name, line in (("one", one), ("other", other)):
                line.execute(f"SET search_path = probe_{name}_{turn}")
            for name, line in (("one", one), ("other", other)):
                [(path,)] = line.execute("SHOW search_path").fetchall()
                if path != f"probe_{name}_{turn}":
                    return False
    return True
