"""What races need besides web processes: those who work behind them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import processes
from tests.support.servers import ROOT


@pytest.fixture
def worker(two_web_processes: str, tmp_path: Path) -> Iterator[processes.Child]:
    """A worker with its timer, beside `two_web_processes`, as they run for real."""
    command = [sys.executable, "-m", "celery", "--app=config.celery", "worker", "--beat", "--concurrency=2"]
    command += [f"--schedule={tmp_path / 'schedule'}", "--without-gossip", "--without-mingle", "--loglevel=WARNING"]
    child = processes.start(
        "worker",
        command,
        log=tmp_path / "worker.log",
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DB_POOL": "0",
            "SITE_URL": two_web_processes,
            "SANDBOX_URL": f"{two_web_processes}/sandbox",
        },
        cwd=ROOT,
    )
    yield child
    child.stop(patience=5)
