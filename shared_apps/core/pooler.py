"""A check that whatever stands between us and Postgres keeps each client's search path apart.

A pooler in transaction mode lends one server connection to many clients in turn. Unless it restores what
each client has set, a tenant reads its neighbour's rows, and nothing tells. So each process asks once,
before its first connection is used; until the answer is good, every connection is refused.
"""

from collections.abc import Callable, Mapping
from typing import Any

import psycopg
import structlog

log = structlog.get_logger()
TURNS = 10  # under load a pooler may happen to lend the right server a few times, but not twenty times in a row
_proven: set[tuple[str, str]] = set()  # host and port of each server that this process has asked


class UnsafePooler(psycopg.OperationalError):
    """Connections are mixed up on their way to Postgres: a tenant would be served its neighbour's rows."""

    def __init__(self) -> None:
        super().__init__(
            "The pooler in front of Postgres mixes up its clients' search paths, so tenants would see each other's "
            "rows. Nothing is served. Put the pooler into session mode, or with PostgreSQL 18 into transaction mode "
            "with track_extra_parameters=search_path; or connect to Postgres directly."
        )


def require_safe_pooler(params: Mapping[str, Any]) -> None:
    """Raise `UnsafePooler` unless connections made with `params` (psycopg's) keep their search path.

    Costs two connections once per process and server, then nothing. Raises psycopg.OperationalError when the
    server can't be reached; then nothing is proven and the next caller asks again.
    """
    server = (str(params.get("host", "")), str(params.get("port", "")))
    if server in _proven:
        return
    own = {name: value for name, value in params.items() if name not in {"context", "cursor_factory", "autocommit"}}
    if not keeps_the_schema(lambda: psycopg.connect(**own, autocommit=True)):
        log.error("unsafe pooler: nothing is served", host=server[0], port=server[1])
        raise UnsafePooler
    _proven.add(server)


def keeps_the_schema(connect: "Callable[[], psycopg.Connection[Any]]") -> bool:
    """Whether two connections, set to different search paths several times in turn, each keep their own.

    `connect` opens a connection in autocommit. A pooler that mixes them up does so at once, because it lends
    the same idle server to both.
    """
    with connect() as one, connect() as other:
        for turn in range(TURNS):
            for name, line in (("one", one), ("other", other)):
                line.execute(f"SET search_path = probe_{name}_{turn}")
            for name, line in (("one", one), ("other", other)):
                [(path,)] = line.execute("SHOW search_path").fetchall()
                if path != f"probe_{name}_{turn}":
                    return False
    return True
