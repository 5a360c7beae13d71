"""Real HTTP: the site in threads of the test process, the site in two processes, and a browser."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.testcases import LiveServerThread

from config import processes
from config.run.site import status
from tests.support.servers import ROOT


def answers(port: int) -> bool:
    """Whether something speaks HTTP on this port."""
    return status(port, "/static/none") > 0


def gunicorn(wsgi: str, port: int, *, workers: int, threads: int) -> list[str]:
    """The command of a web server with threads, as it runs for real, on one address."""
    command = [sys.executable, "-m", "gunicorn", "--config=python:config.gunicorn", wsgi, f"--bind=127.0.0.1:{port}"]
    return [*command, f"--workers={workers}", f"--threads={threads}", "--graceful-timeout=2"]


@pytest.fixture(scope="session")
def _site_threads() -> Iterator[None]:
    threads = []
    for port in (settings.PORT, settings.PORT + 1):  # the second one is where the stand-ins are called
        thread = LiveServerThread("127.0.0.1", lambda app: app, port=port)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        threads.append(thread)
    yield
    for thread in threads:
        thread.terminate()


@pytest.fixture
def site(transactional_db: None, _site_threads: None) -> str:
    """The address of the whole platform, served by threads of this process over real HTTP.

    Providers are at `{site}/alpha/…` and at `http://alpha.localhost:<port>/…`. Rows that the test
    commits are seen there; the database is replaced afterwards.
    """
    return str(settings.SITE_URL)


@contextmanager
def web_processes(folder: Path, *, wsgi: str = "config.wsgi") -> Iterator[str]:
    """The address of the platform in gunicorn with two processes of eight threads, as it runs for real.

    The stand-ins have a process of their own, as they have in a demo: were they called in the same two, threads
    that wait for them could leave none to answer. `wsgi` is another module for a site with a fault built in.
    """
    port = settings.PORT + 2
    address, stand_ins = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}/sandbox"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DB_POOL": "1"}
    env |= {"SITE_URL": address, "SANDBOX_URL": stand_ins}
    children: list[processes.Child] = []
    try:
        for name, module, at, workers in (("web", wsgi, port, 2), ("stand-ins", "config.wsgi", port + 1, 1)):
            command = gunicorn(module, at, workers=workers, threads=8)
            children.append(processes.start(name, command, log=folder / f"{name}.log", env=env, cwd=ROOT))
        for child, at in zip(children, (port, port + 1), strict=True):
            processes.wait_until(lambda at=at: answers(at), child=child, seconds=60)
        yield address
    finally:
        for child in children:
            child.stop()


@pytest.fixture
def two_web_processes(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The address of the platform in two processes. Nothing of this one is shared but the database and Redis."""
    with web_processes(tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium per worker."""
    from tests.support.chromium import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def new_page(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """`new_page(width=360, dark=True, javascript=False)`: a page of a browser that knows nothing yet.

    Every script error and every breach of the content security policy fails the test.
    """
    contexts: list[Any] = []
    faults: list[str] = []

    def note_console(message: Any) -> None:
        if message.type == "error" and re.search("Content.Security.Policy|Refused to", message.text):
            faults.append(message.text)

    def make(
        *, width: int = 1280, height: int = 900, dark: bool = False, javascript: bool = True, **options: Any
    ) -> Any:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", note_console)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not faults, "The browser complained:\n" + "\n".join(faults)


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """One page, 1280 px wide, light, with JavaScript."""
    return new_page()
