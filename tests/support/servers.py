"""The servers and the environment of one pytest run, made before Django reads its settings.

The controller starts one throw-away Postgres; each worker has a database in it and a Redis of its
own. Several runs at once each take another slot, and a slot keeps its template database, so that
the next run begins at once. Slots are in memory where there is room (`make clean` removes them):
making a database creates a thousand files, which many disks are slow at.

With MUSTER_TEST_POSTGRES, the folder of another server's programs such as /usr/lib/postgresql/15/bin, that one is used.
"""

import fcntl
import hashlib
import os
import random
import shutil
import socket
from pathlib import Path
from typing import IO

from config import embedded

ROOT = Path(__file__).resolve().parents[2]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
IS_CONTROLLER = WORKER == "main"
PROGRAMS = Path(os.environ["MUSTER_TEST_POSTGRES"]) if "MUSTER_TEST_POSTGRES" in os.environ else None


class Servers:
    """What this process started; `stop` ends exactly that."""

    def __init__(self) -> None:
        self._lock: IO[str] | None = None
        self.slot = self._take_slot() if IS_CONTROLLER else Path(os.environ["MUSTER_TEST_SLOT"])
        self.folder = self.slot / WORKER
        self.postgres = embedded.Postgres(self.slot, log=self.slot / "postgres.log", throwaway=True, programs=PROGRAMS)
        self.redis = embedded.Redis(
            self.folder,
            log=self.folder / "redis.log",
            socket=embedded.socket_folder(self.slot) / f"{WORKER}.sock",
        )
        self._set_environment()

    def _take_slot(self) -> Path:
        base = slots_folder()
        for number in range(50):
            slot = base / str(number)
            slot.mkdir(parents=True, exist_ok=True)
            lock = (slot / "lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            self._lock = lock
            return slot
        raise RuntimeError(f"All fifty slots of {base} are taken by other test runs.")

    def _set_environment(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "static").mkdir(parents=True)
        port = free_ports(6)
        os.environ.update(
            MUSTER_TEST_SLOT=str(self.slot),
            MUSTER_DEMO="1",
            MUSTER_SANDBOX="1",
            MUSTER_DATA=str(self.folder),
            PG_DUMP=str(self.postgres.programs / "pg_dump"),
            DATABASE_URL=embedded.database_url(self.slot, f"muster_{WORKER}"),
            REDIS_URL=f"unix://{self.redis.socket}",
            DB_POOL="0",  # the database is replaced between tests; a pool would hold on to it
            STATIC_MANIFEST="0",
            PAGE_CACHE_SECONDS="0",
            TENANT_CACHE_SECONDS="60",  # what looks anew every few seconds would disturb those who count queries
            PORT=str(port),
            SITE_URL=f"http://localhost:{port}",
            LOG_LEVEL="WARNING",
        )

    def start(self) -> None:
        """Start what belongs to this process: Postgres with the controller, Redis with whoever runs tests."""
        if IS_CONTROLLER:
            self.postgres.start()
        self.redis.start()
        if IS_CONTROLLER:
            self.postgres.wait()
        self.redis.wait()

    def stop(self) -> None:
        """Stop what this process started and give the slot back."""
        self.redis.stop()
        if IS_CONTROLLER:
            self.postgres.stop()
        if self._lock:
            self._lock.close()


def slots_folder() -> Path:
    """`$MUSTER_TEST_DATA`, else a folder in memory when a gigabyte is free there, else `var/test`."""
    if "MUSTER_TEST_DATA" in os.environ:
        return Path(os.environ["MUSTER_TEST_DATA"])
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1_000_000_000:
        name = hashlib.sha256(f"{ROOT}{PROGRAMS or ''}".encode()).hexdigest()[:8]
        ours = memory / f"muster-test-{os.geteuid()}-{name}"
        ours.mkdir(mode=0o700, exist_ok=True)
        if ours.stat().st_uid == os.geteuid():
            return ours
    return ROOT / "var" / (f"test-{PROGRAMS.parent.name}" if PROGRAMS else "test")


def free_ports(count: int) -> int:
    """The first of `count` free ports in a row, below those that the system hands out by itself."""
    for _ in range(200):
        first = random.randrange(20_000, 32_000)
        if all(port_is_free(first + step) for step in range(count)):
            return first
    raise RuntimeError("No free ports for the tests.")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
