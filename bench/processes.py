"""What a web process weighs after work, and how soon `make run` is ready again."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from bench.client import Ask, send
from bench.figures import Figure
from bench.site import ROOT, Site
from config.run.site import DEMO_TENANTS


def memory(site: Site) -> Iterator[Figure]:
    """Proportional set size of the heaviest web worker, after thousands of requests."""
    paths = [
        f"/{slug}/{page}"
        for slug in DEMO_TENANTS
        for page in ("", "courses/", "trainers/", "about/", "accounts/login/")
    ]
    lists = [f"/api/tenant/{slug}/{name}" for slug in DEMO_TENANTS for name in ("courses", "sessions", "trainers")]
    asks = [Ask(f"{path}?n={n}") for n in range(60) for path in paths]
    asks += [Ask(f"{path}?pageSize={n}") for n in range(1, 61) for path in lists]
    send(site.port, asks, concurrency=8).all_are(200)
    heaviest = max(worker.memory_full_info().pss for worker in site.workers()) / 2**20
    how = f"PSS of the heavier of two workers after {len(asks)} different requests and all of the above"
    yield Figure("A web worker after load", heaviest, "MiB", 130, how)


def start(port: int) -> Iterator[Figure]:
    """Seconds of a second `make run`, as it says itself and by our clock."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # noqa: S103  (Postgres runs as another user)
        _run(port, folder)
        seconds = min(_run(port, folder) for _ in range(3))
    yield Figure("make run, ready again", seconds, "s", 6, "From the command to everything up; best of 3")


def _run(port: int, folder: str) -> float:
    env = {**os.environ, "PORT": str(port), "MUSTER_DATA": folder}
    for name in ("DATABASE_URL", "REDIS_URL", "DB_POOL", "LOG_LEVEL", "DJANGO_SETTINGS_MODULE"):
        env.pop(name, None)
    began = time.monotonic()
    command = [sys.executable, "-m", "config.run"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        try:
            for line in child.stdout:
                if re.search(r"Ready after", line):
                    return time.monotonic() - began
        finally:
            child.terminate()
            child.communicate(timeout=60)
    raise RuntimeError("make run did not come up.")
