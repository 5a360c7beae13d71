"""The processes that serve Muster, and the words about where it is."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from config.run import ports

PYTHON = sys.executable
DEMO_TENANTS = ["bristol-gas-training", "nairobi-tech-academy", "clifton-driving-school"]
DEMO_PASSWORD = "muster-demo-1"


@dataclass(frozen=True)
class Program:
    """A child of the runner."""

    name: str
    log: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)


def web(port: int, *, name: str, log: str, workers: int, threads: int) -> Program:
    """gunicorn with threads on both loopback addresses."""
    binds = [f"--bind={f'[{host}]' if ':' in host else host}:{port}" for _, host in ports.addresses()]
    return Program(
        name,
        log,
        [
            *(PYTHON, "-m", "gunicorn", "config.wsgi", *binds),
            *("--config=python:config.gunicorn", f"--workers={workers}", f"--threads={threads}"),
            "--graceful-timeout=5",
        ],
    )


def pages(port: int) -> Program:
    return web(port, name="The web server", log="web.log", workers=2, threads=4)


def background(port: int, data: Path) -> list[Program]:
    """Everything that need not be there for the first page."""
    celery = [PYTHON, "-m", "celery", "--quiet", "--app=config.celery"]
    own_connection = {"DB_POOL": "0"}
    schedule = data / "beat"
    schedule.mkdir(exist_ok=True)
    for old in schedule.iterdir():
        old.unlink()  # it holds only when things were last due; a killed beat may leave it broken
    return [
        web(port + 1, name="The server of the stand-ins", log="sandbox.log", workers=1, threads=8),
        Program(
            "The sender of the stand-ins' webhooks",
            "webhooks.log",
            [PYTHON, "manage.py", "sandbox_webhooks"],
            own_connection,
        ),
        Program(
            "The worker",
            "worker.log",
            [
                *(*celery, "worker", "--loglevel=INFO", "--pool=prefork", "--concurrency=2"),
                *("--without-gossip", "--without-mingle"),
            ],
            own_connection,
        ),
        Program(
            "The timer",
            "beat.log",
            [*celery, "beat", "--loglevel=INFO", "--pidfile=", f"--schedule={schedule / 'schedule'}"],
            own_connection,
        ),
    ]


def status(port: int, path: str = "/") -> int:
    """The status of a page, or 0 when nobody answers."""
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = line.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return 0
    finally:
        line.close()
    return answer.status


def environment(port: int, data: Path, database: str, redis: str) -> dict[str, str]:
    """What every child is told: this is a demonstration, with stand-ins, at these places."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MUSTER_DEMO": "1",
        "MUSTER_SANDBOX": "1",
        "MUSTER_DATA": str(data),
        "PORT": str(port),
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "PYTHONUNBUFFERED": "1",
    }


def welcome(port: int) -> str:
    """Where everything is, and how to sign in."""
    home = f"http://localhost:{port}"
    lines = ["", f"  Muster is at             {home}/", ""]
    for slug in DEMO_TENANTS:
        lines.append(f"  {slug:<24} {home}/{slug}/")
        lines.append(f"  {'':<24} http://{slug}.localhost:{port}/")
    lines += [
        "",
        f"  The emails it sent       {home}/sandbox/mail/",
        f"  Texts, notifications     {home}/sandbox/phone/",
        f"  API reference            {home}/api/tenant/{DEMO_TENANTS[0]}/docs",
        "",
        "  Sign in at a provider as owner@, office@, trainer@ or student@<its name>.test,",
        f"  for example office@{DEMO_TENANTS[0]}.test, and at Muster itself as operator@muster.test.",
        f"  The password is {DEMO_PASSWORD}",
        "",
        "  Ctrl-C stops everything.",
        "",
    ]
    return "\n".join(lines)
