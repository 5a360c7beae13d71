"""What a web process weighs after work, and how soon `make run` is ready again."""

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import psutil

from bench.client import Ask, send
from bench.figures import Figure
from bench.site import ROOT, Site
from config.run.site import DEMO_TENANTS

MADE_UP = 1_000


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
    yield Figure("A web worker after load", heaviest, "MiB", 150, how)


def hostile(site: Site) -> Iterator[Figure]:
    """What made-up questions add to a web worker."""
    asks, dice = [], random.Random(7)  # noqa: S311
    for _ in range(MADE_UP):
        slug, name = dice.choice(DEMO_TENANTS), dice.choice(["courses", "sessions"])
        parameters = [f"pageSize={dice.randint(1, 100)}", f"seats={dice.randint(1, 9)}"]
        parameters.append(f"dateTo=20{dice.randint(27, 99)}-0{dice.randint(1, 9)}-{dice.randint(10, 28)}")
        dice.shuffle(parameters)
        headers = {"Accept": f"text/x{dice.random()}, */*", "HX-Request": "true", "X-Odd": str(dice.random())}
        asks.append(Ask(f"/api/tenant/{slug}/{name}?{'&'.join(parameters)}", headers=headers))
        asks.append(Ask(f"/{slug}/courses/?n={dice.random()}&upto={dice.randint(1, 10**6)}", headers=headers))
    before = {worker.pid: _own(worker) for worker in site.workers()}
    send(site.port, asks, concurrency=8).all_are(200)
    added = max(_own(worker) - before[worker.pid] for worker in site.workers())
    how = f"What {len(asks)} made-up questions of pages and lists added to the heavier of two workers, no two alike"
    yield Figure("A web worker under hostile questions", added, "MiB more", 40, how)


def _own(worker: psutil.Process) -> float:
    return float(worker.memory_full_info().uss) / 2**20


def start(port: int) -> Iterator[Figure]:
    """Seconds of a second `make run`, as it says itself and by our clock."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # noqa: S103  (Postgres runs as another user)
        _run(port, folder)
        pairs = [(_run(port, folder), _loaded(folder)) for _ in range(3)]
    seconds, loading = (min(times) for times in zip(*pairs, strict=True))
    how = "From the command to everything up, against one process that loads the apps and ends; by the clock, best of 3"
    yield Figure("make run, ready again", seconds / loading, "×", 3.75, how, f"{seconds:.2f} s to {loading:.2f} s")


def _loaded(folder: str) -> float:
    began = time.monotonic()
    command = [sys.executable, "-c", "import django; django.setup(); import config.urls_tenant"]
    env = {**os.environ, "MUSTER_DATA": folder, "MUSTER_DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    return time.monotonic() - began


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
