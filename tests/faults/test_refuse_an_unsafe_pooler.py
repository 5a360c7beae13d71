"""A pooler that lends one server connection to many clients makes tenants read each other's rows, and nothing tells."""

import re
import shutil
import signal

import psycopg
import pytest
from celery import signals
from django.core.management import CommandError, call_command
from django.db import connection

from config import processes
from config.commands import Commands
from shared_apps.resilience import health
from shared_apps.resilience import pooler as checking
from shared_apps.resilience.pooler import keeps_the_schema, stands_between
from shared_apps.tenants import routing
from tests.conftest import servers
from tests.support.servers import free_ports
from tests.support.waiting import wait_until

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
needs_pgbouncer = pytest.mark.skipif(not PROGRAM, reason="pgbouncer is not installed")


@pytest.fixture
def pooler(tmp_path):
    """`pooler("transaction")`: how to connect through a PgBouncer in that mode. `pooler.change` gives it another."""
    children, files = [], []

    def start(mode):
        port = free_ports(1)
        socket = servers.postgres.sockets
        settings = {
            "pool_mode": mode, "listen_addr": "127.0.0.1", "listen_port": port, "auth_type": "any",
            "unix_socket_dir": "", "ignore_startup_parameters": "extra_float_digits",
        }  # fmt: skip
        lines = [f"{name} = {value}" for name, value in settings.items()]
        databases = [f"* = host={socket} user=postgres"]
        file = servers.folder / f"pgbouncer-{port}.ini"
        file.write_text("\n".join(["[databases]", *databases, "[pgbouncer]", *lines, ""]))
        child = processes.start("PgBouncer", [PROGRAM, file], log=tmp_path / "log", as_user=servers.postgres.user)
        children.append(child)
        files.append(file)

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

    def change(mode):
        text = files[-1].read_text()
        files[-1].write_text(re.sub("pool_mode = .*", f"pool_mode = {mode}", text))
        children[-1].process.send_signal(signal.SIGHUP)

    start.change = change
    yield start
    for child in children:
        child.stop()


def straight():
    return psycopg.connect(f"postgresql://postgres@/postgres?host={servers.postgres.sockets}", autocommit=True)


def test_a_straight_line_keeps_each_clients_schema():
    assert keeps_the_schema(straight)
    assert not stands_between(straight)


@needs_pgbouncer
def test_a_pooler_in_session_mode_is_safe(pooler, finding):
    connect = pooler("session")
    assert keeps_the_schema(connect)
    assert stands_between(connect)
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


@pytest.fixture
def behind(pooler, monkeypatch):
    """`behind("transaction")`: this process's connections go through a PgBouncer in that mode from now on."""

    def go(mode):
        with pooler(mode)() as line:
            port = line.info.port
        connection.close()
        for name, value in {"HOST": "127.0.0.1", "PORT": str(port)}.items():
            monkeypatch.setitem(connection.settings_dict, name, value)
        routing.cache.clear()

    yield go
    connection.close()


@needs_pgbouncer
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("mode", "ready"), [("session", True), ("transaction", False)])
def test_a_process_behind_an_unsafe_pooler_is_never_ready(behind, mode, ready):
    behind(mode)
    state = health.readiness()
    assert state.ready == ready
    assert state.needs == {name: ready if name == "pooler" else state.needs[name] for name in state.needs}
    assert state.needs["database"]
    assert state.needs["migrations"]


@needs_pgbouncer
@pytest.mark.django_db(transaction=True)
def test_behind_an_unsafe_pooler_no_page_of_any_tenant_is_served(behind, alpha, beta, client_of, finding):
    pages = [client_of(tenant, raise_request_exception=False) for tenant in (alpha, beta)] * 3
    behind("session")
    assert {page.get("/courses/").status_code for page in pages} == {200}  # the control
    behind("transaction")
    answers = [page.get("/courses/") for page in pages]
    assert {answer.status_code for answer in answers} == {503}
    assert {answer["Retry-After"] for answer in answers} == {"5"}
    finding(
        "Two tenants' pages behind PgBouncer in transaction mode", times=len(pages), must="503, not a neighbour's page",
        found="503 each time", control="in session mode each is served",
    )  # fmt: skip


@needs_pgbouncer
@pytest.mark.django_db(transaction=True)
def test_a_pooler_that_turns_unsafe_under_way_makes_the_process_unready(behind, pooler, alpha, client_of):
    behind("session")
    assert health.readiness().ready
    pooler.change("transaction")
    wait_until(lambda: not health.readiness().needs["pooler"], "readiness to notice", seconds=10)
    connection.close()
    assert client_of(alpha, raise_request_exception=False).get("/courses/").status_code == 503


@needs_pgbouncer
@pytest.mark.django_db(transaction=True)
def test_a_pooler_that_turns_unsafe_under_way_is_found_out_though_nobody_asks(
    behind, pooler, alpha, client_of, monkeypatch, finding
):
    monkeypatch.setattr(checking, "ASK_AGAIN", 0.0)
    page = client_of(alpha, raise_request_exception=False)

    def status():
        connection.close()  # each request of a web process borrows one
        return page.get("/courses/").status_code

    behind("session")
    assert [status() for _ in range(5)] == [200] * 5
    pooler.change("transaction")
    wait_until(lambda: status() == 503, "the pages to be refused", seconds=10)
    assert [status() for _ in range(5)] == [503] * 5
    pooler.change("session")
    wait_until(lambda: status() == 200, "the pages to be served again", seconds=10)
    finding(
        "PgBouncer is told another mode while pages are served", times=1, must="pages are refused within seconds",
        found="503, and 200 again when it is back in session mode", control="in session mode each is served",
    )  # fmt: skip


@needs_pgbouncer
@pytest.mark.django_db(transaction=True)
def test_behind_an_unsafe_pooler_nothing_is_migrated_and_no_task_runs(behind):
    behind("transaction")
    with pytest.raises(CommandError, match="session mode"):
        call_command("migrate_tenants")
    with pytest.raises(SystemExit, match="session mode"):
        signals.worker_init.send(sender=None)


@needs_pgbouncer
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "command", ["create_tenant gamma --name G --owner-email g@b.example", "tenant_health", "backup_tenant --all"]
)
def test_behind_an_unsafe_pooler_every_command_says_so_in_a_line(behind, command, capsys):
    behind("transaction")
    with pytest.raises(SystemExit) as ended:
        Commands(["manage.py", *command.split()]).execute()
    assert ended.value.code == 1
    *logged, line = capsys.readouterr().err.splitlines()
    assert line.startswith("The pooler in front of Postgres mixes up")
    assert all("unsafe pooler" in each for each in logged)


@needs_pgbouncer
@pytest.mark.django_db(transaction=True)
def test_time_limits_hold_behind_a_pooler_that_knows_no_startup_options(behind):
    """Debian's PgBouncer refuses a connection that brings `options`, and can be told to ignore them silently."""
    behind("session")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("30s", "10s")
    assert health.readiness().needs["limits"]
