"""`make run`: Postgres, Redis, the web server, the stand-ins, the worker and the timer in one foreground process."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config import embedded, processes
from config.errors import CannotStart
from config.run import checks, site, stamps
from config.run.lock import Lock

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop."""


class Runner:
    """Starts everything in order, watches it, and stops what it started."""

    def __init__(self) -> None:
        self.data = Path(os.environ.get("MUSTER_DATA") or stamps.ROOT / "var").absolute()
        self.logs = self.data / "log"
        self.lock = Lock(self.data)
        self.children: list[processes.Child] = []
        self.postgres: embedded.Postgres | None = None
        self.redis: embedded.Redis | None = None
        self.asked_to_stop = False
        self.busy = False

    # --- Signals ---------------------------------------------------------------------------------

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.asked_to_stop:
            for child in self.children:  # asked twice: no more patience
                processes.signal_group(child, signal.SIGKILL)
            return
        self.asked_to_stop = True
        if not self.busy:
            raise Stopped

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """A signal in here waits for the end, so that no child is started and forgotten."""
        self.busy = True
        try:
            yield
        finally:
            self.busy = False
        if self.asked_to_stop:
            raise Stopped

    # --- Starting --------------------------------------------------------------------------------

    def start(self) -> None:
        with step("Checking the folder, the disk and the ports"):
            checks.data_folder(self.data)
            abandoned = self.lock.take(port=os.environ.get("PORT") or "8000")
            port = checks.port(os.environ.get("PORT") or "8000")
        if abandoned:
            say("The last start ended without tidying up. Taking over.")
        database, redis = self.start_servers()
        self.env = site.environment(port, self.data, database, redis)
        self.prepare(database)
        checks.port(str(port))  # the preparation may have taken a minute
        stand_ins, *others = site.background(port, self.data)
        with step("Starting the web server"):
            child = self.launch(site.pages(port))
            beside = self.launch(stand_ins)  # the others would only keep these two from their two cores
            processes.wait_until(lambda: checks.answers(port, port, child), child=child, seconds=60)
        if site.status(port) >= 500:
            say(f"The first page answers with an error. Why is said at the end of {child.log}")
        print(site.welcome(port), flush=True)
        with step("Starting the stand-ins, the worker and the timer"):
            processes.wait_until(lambda: checks.answers(port + 1, port, beside), child=beside, seconds=60)
            for program in others:
                self.launch(program)

    def start_servers(self) -> tuple[str, str]:
        """Start Postgres and Redis side by side, each unless the environment names one; return their addresses."""
        database, redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        own = [name for name, given in (("Postgres", database), ("Redis", redis)) if not given]
        with step(f"Starting {' and '.join(own)}" if own else "Using the servers of DATABASE_URL and REDIS_URL"):
            if not database:
                self.postgres = embedded.Postgres(self.data, log=self.logs / "postgres.log")
                with self.undisturbed():
                    self.postgres.start()
                    self.own(self.postgres.child)
            if not redis:
                self.redis = embedded.Redis(self.data, log=self.logs / "redis.log")
                with self.undisturbed():
                    self.redis.start()
                    self.own(self.redis.child)
            if self.postgres:
                self.postgres.wait()
                self.postgres.create_database("muster")
            if self.redis:
                self.redis.wait()
        return database or embedded.database_url(self.data), redis or embedded.redis_url(self.data)

    def prepare(self, database: str) -> None:
        """Tables, demo data and static files, each only when its sources have changed."""
        import psycopg

        wanted = stamps.of_files(stamps.DATABASE_SOURCES)
        wanted_static = stamps.of_files(stamps.STATIC_SOURCES)
        static = self.data / "static.stamp"
        try:
            connection = psycopg.connect(database, autocommit=True, connect_timeout=10)
        except psycopg.Error as error:
            raise CannotStart(f"The database of DATABASE_URL does not answer: {error}") from None
        with connection:
            tables_due = stamps.prepared(connection) != f"muster {wanted}"
            files_due = not static.exists() or static.read_text() != wanted_static
            files = self.begin_part("static") if files_due else None
            if tables_due:
                self.finish_part(self.begin_part("database"))
                stamps.mark_prepared(connection, wanted)
            if files:
                self.finish_part(files)
                static.write_text(wanted_static)
        if not (tables_due or files_due):
            say("Tables, demo data and static files are up to date.")

    def begin_part(self, part: str) -> processes.Child:
        """Start a part of the preparation; it tells its steps on standard output."""
        with self.undisturbed():
            child = processes.start(
                "The preparation",
                [sys.executable, "-m", "config.run.prepare", part],
                log=self.logs / f"{part}.log",
                env={**self.env, "DB_POOL": "0"},
                cwd=stamps.ROOT,
                tell=True,
            )
            self.own(child)
        return child

    def finish_part(self, child: processes.Child) -> None:
        """Print a part's steps as they begin, and wait for its end."""
        assert child.process.stdout
        began: float | None = None
        for line in child.process.stdout:
            finish(began)
            began = begin(line.decode().strip())
        failed = child.process.wait() != 0
        self.children.remove(child)
        if failed:
            print(flush=True)
            raise CannotStart(f"That failed. The end of {child.log} says why:\n{child.last_lines()}")
        finish(began)

    def launch(self, program: site.Program) -> processes.Child:
        with self.undisturbed():
            child = processes.start(
                program.name,
                program.command,
                log=self.logs / program.log,
                env={**self.env, **program.env},
                cwd=stamps.ROOT,
            )
            self.own(child)
        return child

    def own(self, child: processes.Child | None) -> None:
        assert child
        self.children.append(child)
        self.lock.note(child)

    # --- Running and stopping --------------------------------------------------------------------

    def watch(self) -> None:
        """Stay until a child ends by itself, which is an error, or until we are asked to stop."""
        say("Everything is up.")
        while True:
            for child in self.children:
                if not child.running:
                    code = child.process.returncode
                    raise CannotStart(
                        f"{child.name} ended unexpectedly ({how(code)}). The end of {child.log} says:\n"
                        f"{child.last_lines()}\nStopping the rest. Start again with: make run"
                    )
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop what was started: first whoever uses the servers, then the servers."""
        self.asked_to_stop = True
        servers = [s.child for s in (self.redis, self.postgres) if s and s.child]
        users = [child for child in self.children if child not in servers]
        for group in (users, servers):
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.stop(patience=12)
        if self.redis:
            self.redis.stop()
        self.lock.give_back()


def main() -> int:
    runner = Runner()
    for number in SIGNALS:
        signal.signal(number, runner.on_signal)
    if os.environ.get("MAKELEVEL"):
        processes.end_with_parent(signal.SIGTERM, os.getppid())
    began = time.monotonic()
    try:
        runner.start()
        say(f"Ready after {time.monotonic() - began:.1f} s.")
        runner.watch()
    except Stopped:
        print(flush=True)
        with step("Stopping what was started"):
            runner.stop()
        return 0
    except (CannotStart, OSError) as error:
        words = checks.folder_trouble(runner.data, error) if isinstance(error, OSError) else str(error)
        print(f"\n{words}", file=sys.stderr, flush=True)
        runner.stop()
        return 1
    except BaseException:
        runner.stop()
        raise
    return 0


def how(code: int) -> str:
    """How a process ended, in words."""
    return f"by signal {signal.Signals(-code).name}" if code < 0 else f"with code {code}"


def say(sentence: str) -> None:
    print(f"  {sentence}", flush=True)


def begin(sentence: str) -> float:
    print(f"  {sentence} …", end="", flush=True)
    return time.monotonic()


def finish(began: float | None) -> None:
    if began is not None:
        print(f" {time.monotonic() - began:.1f} s", flush=True)


@contextmanager
def step(sentence: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    began = begin(sentence)
    yield
    finish(began)


if __name__ == "__main__":
    sys.exit(main())
