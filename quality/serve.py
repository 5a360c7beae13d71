"""A fresh demo on servers of its own, and beside it one process that fails on request."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from config import embedded, processes
from config.run import demo, ports, site

ROOT = demo.ROOT
TENANTS = site.DEMO_TENANTS


@dataclass(frozen=True)
class Site:
    """Where the platform answers. `faults` is the port of the process whose pages are error pages."""

    port: int
    data: Path
    faults: int

    @property
    def platform(self) -> str:
        return f"http://localhost:{self.port}"

    def under_slug(self, slug: str) -> str:
        """A provider's pages below the platform's address, without a slash at the end."""
        return f"{self.platform}/{slug}"

    def on_host(self, slug: str) -> str:
        """A provider's pages at its own host, without a slash at the end."""
        return f"http://{slug}.localhost:{self.port}"

    def failing(self, slug: str) -> str:
        """The provider's pages where `/fail/<status>/` answers with that status."""
        return f"http://localhost:{self.faults}/{slug}"


@contextmanager
def served(data: Path, *, running: int = 0) -> Iterator[Site]:
    """Serve a demo that keeps its data in `data` while the block runs; `running`: the port of one that is there."""
    port = running or ports.next_free_pair(8258)
    faults = ports.next_free_pair(port + 1)
    with nullcontext() if running else demo.served(port, data, log=data / "muster.log"):
        failing = _failing_process(data, port, faults)
        try:
            processes.wait_until(lambda: site.status(faults) > 0, child=failing, seconds=60)
            yield Site(port, data, faults)
        finally:
            failing.stop()


def use_database_of(data: Path, port: int) -> None:
    """Let Django in this process see the rows of the demo that is served on `port`."""
    os.environ.update(site.environment(port, data, embedded.database_url(data), embedded.redis_url(data)))
    os.environ["DB_POOL"] = "0"
    import django

    django.setup()


def _failing_process(data: Path, port: int, own: int) -> processes.Child:
    environment = site.environment(own, data, embedded.database_url(data), embedded.redis_url(data))
    program = site.web(own, name="The failing process", log="faults.log", workers=1, threads=2)
    return processes.start(
        program.name,
        program.command,
        log=data / "log" / program.log,
        env={**environment, "DJANGO_SETTINGS_MODULE": "quality.failing_settings"},
        cwd=ROOT,
    )
