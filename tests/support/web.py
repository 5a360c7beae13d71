"""Real HTTP: the site in threads of the test process, the site in two processes, and a browser."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.test.testcases import LiveServerThread

from config import processes
from config.run.site import status
from tests.support.servers import ROOT


def tight(html: str) -> str:
    """HTML without the space beside its tags, which templates have for their readers."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", html)


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


class Web:
    """The platform in gunicorn with two processes of eight threads, as it runs for real, at `address`.

    The stand-ins have a process of their own, as they have in a demo: were they called in the same two, threads
    that wait for them could leave none to answer. `wsgi` is another module for a site with a fault built in.
    """

    def __init__(self, folder: Path, port: int, *, wsgi: str = "config.wsgi") -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.environment = environment()
        env = self.environment | {"DJANGO_SETTINGS_MODULE": "config.settings", "DB_POOL": "1"}
        env |= {"SITE_URL": self.address, "SANDBOX_URL": f"http://127.0.0.1:{port + 1}/sandbox"}
        self._children: list[processes.Child] = []
        try:
            for name, module, at, workers in (("web", wsgi, port, 2), ("stand-ins", "config.wsgi", port + 1, 1)):
                command = gunicorn(module, at, workers=workers, threads=8)
                self._children.append(processes.start(name, command, log=folder / f"{name}.log", env=env, cwd=ROOT))
            for child, at in zip(self._children, (port, port + 1), strict=True):
                processes.wait_until(lambda at=at: answers(at), child=child, seconds=60)
        except BaseException:
            self.close()
            raise

    def forget(self) -> None:
        """Replace all that serve by new forks of what gunicorn has loaded, which takes no time to speak of."""
        for child in self._children:
            fork_anew(child)

    def close(self) -> None:
        """Stop both."""
        for child in self._children:
            child.stop()


def environment() -> dict[str, str]:
    """What a process started now would inherit."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def fork_anew(gunicorn: processes.Child) -> None:
    """Kill the processes that gunicorn has forked, and wait until it has forked as many again."""

    def workers() -> set[int]:
        return {process.pid for process in psutil.Process(gunicorn.process.pid).children()}

    def replaced() -> bool:
        new = workers()
        return len(new) == len(old) and not new & old

    old = workers()
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    processes.wait_until(replaced, child=gunicorn, seconds=30)


@pytest.fixture(scope="session")
def _kept_web() -> Iterator[list[Web]]:
    """The one that serves test after test: starting costs seconds."""
    kept: list[Web] = []
    yield kept
    for web in kept:
        web.close()


@pytest.fixture
def two_web_processes(
    transactional_db: None, tmp_path_factory: pytest.TempPathFactory, _kept_web: list[Web]
) -> Iterator[str]:
    """The address of the platform in two processes. Nothing of this one is shared but the database and Redis.

    They remember nothing of another test, and see the environment as it is when this fixture is asked for.
    """
    if _kept_web and _kept_web[0].environment != environment():
        _kept_web.pop().close()
    if not _kept_web:
        _kept_web.append(Web(tmp_path_factory.mktemp("web"), settings.PORT + 2))
    yield _kept_web[0].address
    _kept_web[0].forget()


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
