"""`python -m bench`: measure everything, or `python -m bench site search` those parts, and write docs/performance.md.

Exits with 1 if a limit is exceeded.

Take figures on a machine that does nothing else: CPU time grows when caches are shared with others.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator

from bench import background, booking, pages, processes, routing, search, services, sessions, tenants
from bench.figures import Figure
from bench.reference import bare
from bench.site import ROOT, here, running
from config.run.tables import machine, rows_of, table, today

PAGE = ROOT / "docs" / "performance.md"
PORT = 8290
INTRODUCTION = """# What it costs

`make bench` measures this on throw-away servers and writes the table. What depends on the speed of the machine is a
ratio to a reference that is measured in turn with it, in the same run: a bare view that answers the same bytes by the
same server without any middleware, the bare transaction, bare DDL. `Here` has the figures behind a ratio, for whoever
knows the machine; they are no limits. The notes below the table are written by hand.
"""
NOTES = "## Notes"


def of_the_site() -> Iterator[Figure]:
    """What is measured at one running site, in turn with the reference."""
    with running(PORT) as site, bare(site) as reference:
        here(site.env)
        yield from pages.measure(site, reference)
        yield from routing.measure()
        yield from booking.measure(site, reference)
        yield from processes.memory(site)
        yield from processes.hostile(site)


PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "site": of_the_site,
    "start": lambda: processes.start(PORT),
    "tenants": tenants.measure,
    "search": search.measure,
    "services": services.measure,
    "sessions": sessions.measure,
    "background": background.measure,
}


HEADS = ("What", "Figure", "Limit", "Kept", "Here", "How it is counted", "Date")


def row(figure: Figure) -> list[str]:
    """One line of the table."""
    limit, verdict = "", ""
    if figure.limit is not None:
        limit = f"≤ {figure.limit:g} {figure.unit}".strip()
        verdict = "yes" if figure.kept else "**no**"
    value = f"{figure.value:.3g} {figure.unit}".strip()
    return [
        figure.name,
        value,
        limit,
        verdict,
        figure.absolute,
        figure.how,
        f"{today()}, load {os.getloadavg()[1]:.1f}",
    ]


def main() -> int:
    """Measure, tell, write."""
    options = argparse.ArgumentParser(prog="python -m bench")
    options.add_argument("parts", nargs="*", metavar="part", help="only these; the rows of the others stay")
    parts = options.parse_args().parts
    page = PAGE.read_text()
    found, kept = rows_of(page) if parts else {}, True
    for part in parts or PARTS:
        for figure in PARTS[part]():
            found[figure.name] = row(figure)
            kept &= figure.kept
            sys.stdout.write(" | ".join(found[figure.name]) + "\n")
            sys.stdout.flush()
    notes = page.partition(NOTES)[2]
    PAGE.write_text(f"{INTRODUCTION}\nMachine: {machine()}.\n\n{table(HEADS, found.values())}\n\n{NOTES}{notes}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
