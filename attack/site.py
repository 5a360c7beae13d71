"""A whole demo site of its own to attack: everything `make run` starts, in a folder that is thrown away."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.run import demo
from config.run.site import DEMO_TENANTS

ROOT = demo.ROOT
TENANT = DEMO_TENANTS[0]


@dataclass(frozen=True)
class Site:
    """Where it answers."""

    port: int

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/tenant/{TENANT}"

    @property
    def pages(self) -> str:
        return f"http://127.0.0.1:{self.port}/{TENANT}"


@contextmanager
def running(port: int, **env: str) -> Iterator[Site]:
    """Serve a fresh demo on `port` (and its stand-ins on the next one); all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="muster-attack-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # Postgres runs as another user
        with demo.served(port, folder, log=folder / "run.log", RATE_LIMITS="0", **env):
            yield Site(port)
