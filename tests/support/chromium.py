"""Debian's Chromium, for tests and for whoever measures pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import sync_playwright


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium while the block runs: `$CHROMIUM`, else the one on the path."""
    # Playwright's loop runs in this thread, where Django would else refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
