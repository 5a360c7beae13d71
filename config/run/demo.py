"""A whole demo of one's own beside us, for programs that look at the site from outside."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import processes

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def served(port: int, data: Path, *, log: Path, **env: str) -> Iterator[None]:
    """Everything that `make run` starts, on `port` and the next one, while the block runs; `data` stays.

    Raises CannotStart with the end of `log` when it is not up within five minutes.
    """
    child = processes.start(
        "The demo",
        [sys.executable, "-m", "config.run"],
        log=log,
        env={**os.environ, "MUSTER_DATA": str(data), "PORT": str(port), **env},
        cwd=ROOT,
    )
    try:
        processes.wait_until(lambda: "Everything is up" in child.last_lines(), child=child, seconds=300)
        yield
    finally:
        child.stop(patience=40)
