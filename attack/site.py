"""A whole demo site of its own to attack: everything `make run` starts, in a folder that is thrown away."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config import processes
from config.run import site as programs

ROOT = Path(__file__).resolve().parents[1]
TENANT = "bristol-gas-training"
PASSWORD = "muster-demo-1"  # noqa: S105 -- the demo says it on its first page


@dataclass(frozen=True)
class Site:
    """Where it is and what it wrote to its logs."""

    port: int
    folder: Path

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/tenant/{TENANT}"

    @property
    def pages(self) -> str:
        return f"http://127.0.0.1:{self.port}/{TENANT}"

    @property
    def logs(self) -> Path:
        return self.folder / "log"


@contextmanager
def running(port: int, **env: str) -> Iterator[Site]:
    """Serve a fresh demo on `port` (and its stand-ins on the next one); all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="muster-attack-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # Postgres runs as another user
        child = processes.start(
            "The demo",
            [sys.executable, "-m", "config.run"],
            log=folder / "run.log",
            env={**os.environ, "MUSTER_DATA": name, "PORT": str(port), "RATE_LIMITS": "0", **env},
            cwd=ROOT,
        )
        try:
            processes.wait_until(lambda: "Everything is up" in child.last_lines(), child=child, seconds=300)
            yield Site(port, folder)
        finally:
            child.stop(patience=40)


def is_up(port: int) -> bool:
    """Whether the demo's first page answers."""
    return programs.status(port) == 200
