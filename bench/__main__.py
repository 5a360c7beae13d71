"""`python -m bench`: measure everything and write docs/performance.md. Exits with 1 if a limit is exceeded.

Take figures on a machine that does nothing else: CPU time grows when caches are shared with others.
"""

import os
import sys
from collections.abc import Iterator

from bench import background, booking, pages, processes, routing, search, services, sessions, tenants
from bench.figures import Figure
from bench.reference import bare
from bench.site import ROOT, here, running
from config.run.tables import machine, table, today

PAGE = ROOT / "docs" / "performance.md"
PORT = 8290
INTRODUCTION = """# What it costs

`make bench` measures this on throw-away servers and writes the table. What depends on the speed of the machine is a
ratio to a reference that is measured in turn with it, in the same run: a bare view that answers the same bytes by the
same server without any middleware, the bare transaction, bare DDL. `Here` has the figures behind a ratio, for whoever
knows the machine; they are no limits. The notes below the table are written by hand.
"""
NOTES = "## Notes"


def figures() -> Iterator[Figure]:
    """Everything, one after the other."""
    with running(PORT) as site, bare(site) as reference:
        here(site.env)
        yield from pages.measure(site, reference)
        yield from routing.measure()
        yield from booking.measure(site, reference)
        yield from processes.memory(site)
        yield from processes.hostile(site)
    yield from processes.start(PORT)
    yield from tenants.measure()
    yield from search.measure()
    yield from services.measure()
    yield from sessions.measure()
    yield from background.measure()


HEADS = ("What", "Figure", "Limit", "Kept", "Here", "How it is counted")


def row(figure: Figure) -> list[str]:
    """One line of the table."""
    limit, verdict = "", ""
    if figure.limit is not None:
        limit = f"≤ {figure.limit:g} {figure.unit}".strip()
        verdict = "yes" if figure.kept else "**no**"
    return [figure.name, f"{figure.value:.3g} {figure.unit}".strip(), limit, verdict, figure.absolute, figure.how]


def main() -> int:
    """Measure, tell, write."""
    found = []
    for figure in figures():
        found.append(figure)
        sys.stdout.write(" | ".join(row(figure)) + "\n")
        sys.stdout.flush()
    notes = PAGE.read_text().partition(NOTES)[2] if PAGE.exists() else "\n"
    when = f"Measured on {today()}: {machine()}, load {os.getloadavg()[1]:.1f} before the end."
    PAGE.write_text(f"{INTRODUCTION}\n{when}\n\n{table(HEADS, map(row, found))}\n\n{NOTES}{notes}")
    return 0 if all(figure.kept for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
