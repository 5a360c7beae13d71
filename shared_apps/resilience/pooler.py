"""A check that whatever stands between us and Postgres keeps each client's search path apart.

A pooler in transaction mode lends one server connection to many clients in turn. Unless it restores what
each client has set, a tenant reads its neighbour's rows, and nothing tells. So each process asks before its
first connection is used; until the answer is good, every connection is refused. A pooler can be told another
mode while it runs, so where there is one it is asked again every few seconds, and whenever readiness is.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog

log = structlog.get_logger()
TURNS = 10  # under load a pooler may happen to lend the right server a few times, but not twenty times in a row
ASK_AGAIN = 5.0  # seconds
JUST_NOW = 1.0  # seconds; a server that all connections of a pool have lost is asked once, not once for each
Server = tuple[str, str]  # host and port


@dataclass(frozen=True)
class Proof:
    """That search paths are kept apart on the way to a server; `at` in monotonic seconds."""

    at: float
    by_pooler: bool  # else there is nobody in between who could change their mind


_proofs: dict[Server, Proof] = {}
_proving = threading.Lock()
_asking_again = threading.Lock()


class UnsafePooler(psycopg.OperationalError):
    """Connections are mixed up on their way to Postgres: a tenant would be served its neighbour's rows."""

    def __init__(self) -> None:
        super().__init__(
            "The pooler in front of Postgres mixes up its clients' search paths, so tenants would see each other's "
            "rows. Nothing is served. Put the pooler into session mode, or with PostgreSQL 18 into transaction mode "
            "with track_extra_parameters=search_path; or connect to Postgres directly."
        )


def require_safe_pooler(params: Mapping[str, Any], *, anew: bool = False) -> None:
    """Raise `UnsafePooler` unless connections made with `params` (psycopg's) keep their search path.

    Costs three connections once per process and server. Behind a pooler the same again every `ASK_AGAIN` seconds, in
    a thread that nobody waits for; or at once, if it is to be asked `anew`. Raises psycopg.OperationalError when the
    server can't be reached; then nothing is proven and the next caller asks again.
    """
    server = _server(params)
    proof = _proofs.get(server)
    if proof is None or (anew and proof.by_pooler):
        with _proving:  # after a restart of the server all threads come at once, and one answer does for all
            if anew or server not in _proofs:
                _prove(server, params)
    elif proof.by_pooler and time.monotonic() - proof.at >= ASK_AGAIN and _asking_again.acquire(blocking=False):
        threading.Thread(target=_prove_again, args=(server, params), daemon=True).start()


def forget_proof(params: Mapping[str, object]) -> None:
    """Let the server be asked before its next use: it has hung up, and whoever comes back may be another."""
    server = _server(params)
    if (proof := _proofs.get(server)) and time.monotonic() - proof.at > JUST_NOW:
        _proofs.pop(server, None)


def _server(params: Mapping[str, object]) -> Server:
    return str(params.get("host", "")), str(params.get("port", ""))


def _prove(server: Server, params: Mapping[str, Any]) -> None:
    own = {name: value for name, value in params.items() if name not in {"context", "cursor_factory", "autocommit"}}

    def connect() -> psycopg.Connection:
        return psycopg.connect(**own, autocommit=True)

    if not keeps_the_schema(connect):
        _proofs.pop(server, None)
        log.error("unsafe pooler: nothing is served", host=server[0], port=server[1])
        raise UnsafePooler
    _proofs[server] = Proof(time.monotonic(), by_pooler=stands_between(connect))


def _prove_again(server: Server, params: Mapping[str, Any]) -> None:
    try:
        _prove(server, params)
    except UnsafePooler:
        pass  # it is in the log, and the next caller is refused
    except psycopg.Error:
        _proofs.pop(server, None)
    finally:
        _asking_again.release()


def stands_between(connect: Callable[[], psycopg.Connection]) -> bool:
    """Whether another program than Postgres answers: the process that serves us is not the one we were told of."""
    with connect() as line:
        return line.execute("SELECT pg_backend_pid()").fetchone() != (line.info.backend_pid,)


def keeps_the_schema(connect: Callable[[], psycopg.Connection]) -> bool:
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
