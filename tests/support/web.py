"""Real HTTP: the site in threads of the test process, the site in two processes, and a browser."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.testcases import LiveServerThread

from config import processes
from tests.support.servers import ROOT


def answers(port: int, path: str = "/static/none") -> bool:
    """Whether something speaks HTTP on this port."""
    line = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("HEAD", path)
        line.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
    return True


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

    The second address of the stand-ins is the same one. `wsgi` is another module for a site with a fault built in.
    """
    port = settings.PORT + 2
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", wsgi, "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    command += ["--worker-class", "gthread", "--threads", "8", "--no-control-socket", "--graceful-timeout", "2"]
    child = processes.start(
        "gunicorn",
        command,
        log=folder / "web.log",
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DB_POOL": "1",
            "SITE_URL": address,
            "SANDBOX_URL": f"{address}/sandbox",
        },
        cwd=ROOT,
    )
    try:
        processes.wait_until(lambda: answers(port), child=child, seconds=60)
        yield address
    finally:
        child.stop()


@pytest.fixture
def two_web_processes(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The address of the platform in two processes. Nothing of this one is shared but the database and Redis."""
    with web_processes(tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium per worker."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, where Django would else refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


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
