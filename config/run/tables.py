"""Tables on pages of docs/ that programs write, and read again to keep the rows they did not measure anew."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, without a line break at its end."""
    return "\n".join(f"| {' | '.join(map(_cell, cells))} |" for cells in (heads, ("---",) * len(heads), *rows))


def rows_of(text: str) -> dict[str, list[str]]:
    """The rows below the heads of the only table in a text, each by its first cell."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {cells[0]: cells for cells in lines[2:]}


def machine() -> str:
    """What it was measured on, in a few words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return f"{os.cpu_count()} cores, {memory} GiB, Python {platform.python_version()}"


def today() -> str:
    """The day in UTC, as 2026-11-20."""
    return datetime.now(UTC).date().isoformat()


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "/").strip()
