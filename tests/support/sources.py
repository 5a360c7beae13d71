"""Our own modules, for tests that promise something of each of them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("config", "shared_apps", "tenant_apps")


def sources() -> Iterator[tuple[str, str]]:
    """Path below the repository and text of each module."""
    for folder in OURS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text()
