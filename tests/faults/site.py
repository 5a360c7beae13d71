"""A whole Muster of a test's own, each part of which can be killed without hurting other tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from django.db import connection, connections

from config import embedded, processes
from shared_apps.sandbox.stripe_api.accounts import ensure_account
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from tests.faults.wire import MailServer, Wire
from tests.support.accounts import pay_with
from tests.support.servers import ROOT, free_ports
from tests.support.waiting import wait_until
from tests.support.web import answers, gunicorn

PYTHON = sys.executable


class Site:
    """Postgres, Redis, two web processes, a worker, a timer, the stand-in for Stripe on a line of its own, and a
    mail server. `folder` also holds the places of death: see `doomed`."""

    def __init__(self, folder: Path, *, thorough: bool) -> None:
        self.folder, self.thorough = folder, thorough
        self.deaths = folder / "deaths"
        self.deaths.mkdir(parents=True)
        self.port = free_ports(3)
        self.url = f"http://127.0.0.1:{self.port}"
        self.postgres = embedded.Postgres(folder, log=folder / "postgres.log")
        self.redis = embedded.Redis(folder, log=folder / "redis.log")
        self.children: dict[str, processes.Child] = {}
        self.stripe = Wire(to=self.port + 1)
        self.mail = MailServer()

    # --- Starting and stopping ---------------------------------------------------------------------

    def start(self, dump: bytes) -> None:
        """Everything but the timer, with a database out of `dump`."""
        self.postgres.start()
        self.redis.start()
        self.postgres.wait()
        self.redis.wait()
        self.postgres.create_database("muster")
        load = [embedded.postgres_programs() / "psql", "-qX", "-v", "ON_ERROR_STOP=1", self.database_url]
        subprocess.run(load, input=dump, check=True, stdout=subprocess.DEVNULL)
        with self.rows():  # before any process keeps what it knows of the tenant
            pay_with(Tenant.objects.get(slug="alpha"), "acct_alpha")
            ensure_account(account_id="acct_alpha", name="Alpha Training", country="GB", currency="gbp")
        self.start_stand_ins()
        self.start_web()
        self.start_worker()
        self.until(lambda: answers(self.port) and answers(self.port + 1), "the web server to answer", seconds=60)

    def stop(self) -> None:
        for child in reversed(self.children.values()):
            child.stop(patience=5)
        self.stripe.close()
        self.mail.close()
        self.redis.stop()
        self.postgres.stop()

    def start_web(self, *, name: str = "web", port: int = 0, workers: int = 2, threads: int = 4, **env: str) -> None:
        doomed = "tests.faults.doomed:application"
        self._launch(name, gunicorn(doomed, port or self.port, workers=workers, threads=threads), **env)

    def start_stand_ins(self) -> None:
        self.start_web(name="stand-ins", port=self.port + 1, workers=1, threads=16, MUSTER_DEATHS="", DB_POOL="0")

    def start_worker(self, name: str = "worker") -> None:
        worker = [PYTHON, "-m", "celery", "--app=tests.faults.doomed:app", "worker", f"--hostname={name}@%h"]
        worker += ["--pool=prefork", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=WARNING"]
        self._launch(name, worker, DB_POOL="0")

    def start_timer(self) -> None:
        """What is due is found, every two seconds."""
        schedule = self.folder / f"schedule{time.monotonic_ns()}"
        beat = [PYTHON, "-m", "celery", "--app=config.celery", "beat", "--pidfile=", f"--schedule={schedule}"]
        self._launch("timer", beat, DB_POOL="0")

    def stop_child(self, name: str) -> None:
        if child := self.children.pop(name, None):
            child.stop(patience=5)

    def kill(self, name: str) -> None:
        """kill -9 of a program and all its processes, at once."""
        child = self.children.pop(name)
        processes.signal_group(child, signal.SIGKILL)
        child.process.wait()

    def _launch(self, name: str, command: list[str], **env: str) -> None:
        self.children[name] = processes.start(
            name, command, log=self.folder / f"{name}.log", env=self.environment | env, cwd=ROOT
        )

    @property
    def database_url(self) -> str:
        return embedded.database_url(self.folder)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": embedded.redis_url(self.folder),
            "DB_POOL": "1",
            "DB_POOL_SIZE": "4",
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "SANDBOX_URL": f"{self.stripe.url}/sandbox",
            "SANDBOX_PUBLIC_URL": f"http://127.0.0.1:{self.port + 1}/sandbox",
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail.port),
            "MUSTER_DEATHS": str(self.deaths),
            "RATE_LIMITS": "0",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
            **({} if self.thorough else {"STRIPE_TIMEOUT": "1", "STRIPE_PAUSE": "4"}),
        }

    # --- Looking -----------------------------------------------------------------------------------

    @contextmanager
    def rows(self, tenant: Any = None) -> Iterator[None]:
        """In here the test's own connection is to this site's database, at `tenant` or in public."""
        theirs = {name: connection.settings_dict[name] for name in ("NAME", "HOST")}
        ours = {"NAME": "muster", "HOST": str(embedded.socket_folder(self.folder))}
        connection.close()
        connections.settings["default"].update(ours)
        connection.settings_dict.update(ours)
        try:
            with tenant_context(tenant) if tenant else public_context():
                yield
        finally:
            connection.close()
            connections.settings["default"].update(theirs)
            connection.settings_dict.update(theirs)

    def until(self, true: Callable[[], Any], what: Any, *, seconds: float) -> float:
        """Wait for something and return how long it took, in seconds. `what` names it, or is called for its name."""

        def told() -> str:
            return f"{what() if callable(what) else what}\n{self.last_words()}"

        return wait_until(true, told, seconds=seconds)

    def last_words(self) -> str:
        """The end of each program's log."""
        lines = [(name, child.last_lines(8).splitlines()) for name, child in self.children.items()]
        return "\n".join(f"{name}: {_middle_left_out(line)}" for name, ends in lines for line in ends)

    def ready(self) -> bool:
        """Whether it says that it can serve."""
        return self.status("/readyz") == 200

    def well(self) -> bool:
        """Whether it is ready and each process serves."""
        return self.ready() and set(self.everywhere()) == {200}

    def everywhere(self) -> list[int]:
        """The statuses of a page that is never kept, asked for at once, so that the processes share the work."""
        with ThreadPoolExecutor(8) as threads:
            return list(threads.map(self.status, ["/alpha/accounts/login/"] * 8))

    def status(self, path: str) -> int:
        """The status of a page; 0 when nobody answers."""
        try:
            return requests.get(self.url + path, timeout=30).status_code
        except requests.RequestException:
            return 0


def _middle_left_out(line: str) -> str:
    # A traceback's last words are the ones that tell.
    return line if len(line) < 700 else f"{line[:300]} … {line[-400:]}"
