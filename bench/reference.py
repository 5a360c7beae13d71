"""What the same bytes cost when nothing is done for them: a view of Django and one of DRF, without middleware.

gunicorn serves this module in the same way as the site (`gunicorn bench.reference`); measurements compare with it, so
that their limits hold on a machine of any speed. An answer of the site is put into `FOLDER` and served from there.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.client import Ask, send
from bench.site import Site, serve, tree

FOLDER = "BENCH_REFERENCE"


@dataclass(frozen=True)
class Reference:
    """The server of bare views, and where it finds what it answers."""

    port: int
    folder: Path
    pid: int

    def take(self, site: Site, ask: Ask, name: str) -> None:
        """Answer from now on under `name` what the site answers to `ask`."""
        line = HTTPConnection("127.0.0.1", site.port, timeout=60)
        line.request(ask.method, ask.path, headers={"Host": f"localhost:{site.port}", **ask.headers})
        response = line.getresponse()
        content = response.read()
        assert response.status == 200, response.status
        (self.folder / name).write_bytes(content)

    def milliseconds(self, path: str, *, count: int, concurrency: int = 1, body: Any = None) -> float:
        """CPU of the bare view at `path` (`/django/<name>` or `/drf/<name>`) for each of `count` requests."""
        asks = [Ask(path, "GET" if body is None else "POST", body=body)] * count
        before = tree(self.pid)
        send(self.port, asks, concurrency=concurrency).all_are(200)
        return (tree(self.pid) - before) / count * 1000


@contextmanager
def bare(site: Site) -> Iterator[Reference]:
    """Serve the bare views beside `site`, with as many workers and threads."""
    folder, port = site.folder / "reference", site.port + 5
    folder.mkdir()
    (folder / "ready").write_bytes(b"{}")
    web = serve(port, {**site.env, FOLDER: str(folder)}, site.folder, 2, 4, program="bench.reference")
    try:
        yield Reference(port, folder, web.process.pid)
    finally:
        web.stop()


def _application() -> Any:
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler

    import config.wsgi  # noqa: F401  (the same preparations: what is loaded before the fork, the collector)

    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = "bench.reference_urls"
    return WSGIHandler()


def answer(name: str) -> bytes:
    """The bytes under `name`."""
    return (Path(os.environ[FOLDER]) / name).read_bytes()


def parsed(name: str) -> Any:
    """The JSON under `name`."""
    return json.loads(answer(name))


if FOLDER in os.environ:
    application = _application()
