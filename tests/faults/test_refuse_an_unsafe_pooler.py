"""A pooler that lends one server connection to many clients makes tenants read each other's rows, and nothing tells."""

import shutil

import psycopg
import pytest
from django.db import connection

from config import processes
from shared_apps.core import health
from shared_apps.core.pooler import keeps_the_schema
from tests.conftest import servers
from tests.support.servers import free_ports

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
needs_pgbouncer = pytest.mark.skipif(not PROGRAM, reason="pgbouncer is not installed")


@pytest.fixture
def pooler(tmp_path):
    """`pooler("transaction")`: how to connect through a PgBouncer in that mode."""
    children = []

    def start(mode):
        port = free_ports(1)
        socket = servers.postgres.sockets
        settings = {
            "pool_mode": mode, "listen_addr": "127.0.0.1", "listen_port": port, "auth_type": "any",
            "unix_socket_dir": "", "ignore_startup_parameters": "extra_float_digits,options",
        }  # fmt: skip
        lines = [f"{name} = {value}" for name, value in settings.items()]
        databases = [f"* = host={socket} user=postgres"]
        file = servers.folder / f"pgbouncer-{port}.ini"
        file.write_text("\n".join(["[databases]", *databases, "[pgbouncer]", *lines, ""]))
        child = processes.start("PgBouncer", [PROGRAM, file], log=tmp_path / "log", as_user=servers.postgres.user)
        children.append(child)

        def connect():
            return psycopg.connect(f"postgresql://anybody@127.0.0.1:{port}/postgres", autocommit=True)

        def answers():
            try:
                connect().close()
            except psycopg.OperationalError:
                return False
            return True

        processes.wait_until(answers, child=child, seconds=20)
        return connect

    yield start
    for child in children:
        child.stop()


def straight():
    return psycopg.connect(f"postgresql://postgres@/postgres?host={servers.postgres.sockets}", autocommit=True)


def test_a_straight_line_keeps_each_clients_schema():
    assert keeps_the_schema(straight)


@needs_pgbouncer
def test_a_pooler_in_session_mode_is_safe(pooler, finding):
    assert keeps_the_schema(pooler("session"))
    finding(
        "A pooler between us and Postgres: PgBouncer in session and in transaction mode",
        times=2,
        must="session mode is taken, transaction mode without restored search paths makes the process unready",
        found="taken; refused",
        control="the check passes on a straight line",
    )


@needs_pgbouncer
def test_a_pooler_in_transaction_mode_is_found_out_at_once(pooler):
    assert not keeps_the_schema(pooler("transaction"))


@needs_pgbouncer
@pytest.mark.parametrize(("mode", "ready"), [("session", True), ("transaction", False)])
def test_a_process_behind_an_unsafe_pooler_is_never_ready(pooler, monkeypatch, db, mode, ready):
    monkeypatch.setattr(health, "_proven_safe", False)
    with pooler(mode)() as line:
        port = line.info.port
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port)}.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    state = health.readiness()
    assert (state.database, state.migrations, state.clock) == (True, True, True)
    assert (state.pooler, state.ready) == (ready, ready)
