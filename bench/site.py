"""A whole site of its own to measure: Postgres as in production, Redis, the demo data, gunicorn with two workers."""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from config import embedded, processes
from config.run import site as programs

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Cpu:
    """CPU seconds that have been spent so far."""

    web: float
    postgres: float

    def __sub__(self, earlier: "Cpu") -> "Cpu":
        return Cpu(self.web - earlier.web, self.postgres - earlier.postgres)

    @property
    def both(self) -> float:
        return self.web + self.postgres


@dataclass
class Site:
    """What runs, and where."""

    port: int
    env: dict[str, str]
    folder: Path
    postgres: embedded.Postgres
    web: processes.Child

    def cpu(self) -> Cpu:
        """What web workers and Postgres (all its backends, the ended ones too) have used since they started."""
        assert self.postgres.child
        return Cpu(tree(self.web.process.pid), tree(self.postgres.child.process.pid))

    def workers(self) -> list[psutil.Process]:
        return list(psutil.Process(self.web.process.pid).children())


@contextmanager
def running(port: int, *, demo: bool = True, workers: int = 2, threads: int = 4) -> Iterator[Site]:
    """Serve a fresh site on `port`; everything ends and is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # Postgres runs as another user
        postgres = embedded.Postgres(folder, log=folder / "postgres.log")
        redis = embedded.Redis(folder, log=folder / "redis.log")
        children: list[processes.Child] = []
        postgres.start()
        redis.start()
        try:
            postgres.wait()
            redis.wait()
            postgres.create_database("muster")
            env = programs.environment(port, folder, embedded.database_url(folder), embedded.redis_url(folder))
            env |= {"LOG_LEVEL": "WARNING"}
            _prepare(env, demo=demo)
            children.append(serve(port, env, folder, workers, threads))
            yield Site(port, env, folder, postgres, children[0])
        finally:
            logging.disable(logging.ERROR)  # whoever listens to Redis in this process complains that it is gone
            for child in children:
                child.stop()
            redis.stop()
            postgres.stop()


@contextmanager
def served_with(site: Site, **env: str) -> Iterator[Site]:
    """The same site by another web server, with other settings."""
    web = serve(site.port + 1, {**site.env, **env}, site.folder, 2, 4)
    try:
        yield replace(site, port=site.port + 1, web=web)
    finally:
        web.stop()


def serve(
    port: int, env: dict[str, str], folder: Path, workers: int, threads: int, program: str = "config.wsgi"
) -> processes.Child:
    """A web server on `port`, of the site or of another WSGI module; it answers."""
    web = programs.web(port, name="The web server", log=f"web-{port}.log", workers=workers, threads=threads)
    command = [program if word == "config.wsgi" else word for word in web.command]
    child = processes.start(web.name, command, log=folder / web.log, env=env, cwd=ROOT)
    processes.wait_until(lambda: programs.status(port) > 0, child=child, seconds=60)
    return child


@contextmanager
def working(site: Site) -> Iterator[list[processes.Child]]:
    """A worker of two processes and the clock, as `make run` has them."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app=config.celery"]
    lines = {
        "worker": ["worker", "--concurrency=2", "--without-gossip", "--without-mingle"],
        "beat": ["beat", "--pidfile=", f"--schedule={site.folder / 'schedule'}"],
    }
    env = {**site.env, "DB_POOL": "0", "LOG_LEVEL": "INFO"}
    children = []
    try:
        for name, line in lines.items():
            log = site.folder / f"{name}.log"
            children.append(processes.start(name, [*celery, *line], log=log, env=env, cwd=ROOT))
        yield children
    finally:
        for child in children:
            child.stop()


def _prepare(env: dict[str, str], *, demo: bool) -> None:
    commands = [["migrate_tenants"], *([["load_demo"]] if demo else []), ["collectstatic", "--no-input"]]
    for command in commands:
        line = [sys.executable, "manage.py", *command]
        done = subprocess.run(line, cwd=ROOT, env={**env, "DB_POOL": "0"}, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-3000:]}")


def tree(pid: int) -> float:
    """CPU seconds of a process and of all below it, the ended ones too."""
    # Of children that have ended the kernel adds their time to what the parent has waited for.
    spent = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


def here(env: dict[str, str]) -> None:
    """Make this process one of the site's, for rows that a measurement needs."""
    os.environ.update({**env, "DB_POOL": "0"})
    import django

    django.setup()
