"""`python -m bench`: measure everything and write docs/performance.md. Exits with 1 if a limit is exceeded.

Take figures on a machine that does nothing else: CPU time grows when caches are shared with others.
"""

import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from bench import booking, pages, processes, routing, tenants
from bench.figures import Figure
from bench.site import ROOT, here, running

PAGE = ROOT / "docs" / "performance.md"
PORT = 8290
INTRODUCTION = """# What it costs

`make bench` measures this on throw-away servers and writes the table. CPU times are those of the web and Postgres
processes; ratios are against a reference measured in the same run. The notes below the table are written by hand.
"""
NOTES = "## Notes"


def figures() -> Iterator[Figure]:
    """Everything, one after the other."""
    with running(PORT) as site:
        here(site.env)
        yield from pages.measure(site)
        yield from routing.measure()
        yield from booking.measure(site)
        yield from processes.memory(site)
    yield from processes.start(PORT)
    yield from tenants.measure()


def row(figure: Figure) -> str:
    """One line of the table."""
    value = f"{figure.value:.3g} {figure.unit}".strip()
    limit = "" if figure.limit is None else f"≤ {figure.limit:g} {figure.unit}".strip()
    verdict = "" if figure.limit is None else "yes" if figure.kept else "**no**"
    return f"| {figure.name} | {value} | {limit} | {verdict} | {figure.how} |"


def main() -> int:
    """Measure, tell, write."""
    found = []
    for figure in figures():
        found.append(figure)
        sys.stdout.write(row(figure) + "\n")
        sys.stdout.flush()
    notes = PAGE.read_text().partition(NOTES)[2] if PAGE.exists() else "\n"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    machine = f"{os.cpu_count()} cores, {memory} GiB, Python {platform.python_version()}"
    when = f"Measured on {datetime.now(UTC).date()}: {machine}, load {os.getloadavg()[1]:.1f} before the end."
    table = ["| What | Figure | Limit | Kept | How it is counted |", "|---|---|---|---|---|", *map(row, found)]
    PAGE.write_text(f"{INTRODUCTION}\n{when}\n\n" + "\n".join(table) + f"\n\n{NOTES}{notes}")
    return 0 if all(figure.kept for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
