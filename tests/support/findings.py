"""The log of races and faults: what each scenario had to show, and what it showed when it was last run thoroughly.

`make faults` writes it. A run of a few scenarios replaces their rows and leaves the others.
"""

import os
import platform
import re
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

LOG = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
HEADS = ("Scenario", "Times", "Must hold", "Found", "Control", "Date")
INTRODUCTION = """# Races and faults

What was tried to sell a seat twice, to lose a booking or money, or to keep the site down, and what came of it. Each
scenario runs over real HTTP against several processes, Postgres, Redis and the local stand-in for Stripe. Its control
is the same scenario with the safeguard taken away, and must fail.

`make faults` runs all of it again and writes this page; `make test` runs each a few times.
"""


@dataclass(frozen=True, order=True)
class Finding:
    """One row. `must` is the pass figure, `found` what was counted, `control` how the control failed."""

    scenario: str
    times: str
    must: str
    found: str
    control: str
    day: str


def note(scenario: str, *, times: int, must: str, found: str, control: str = "") -> None:
    """Put a row into the log in the place of the scenario's former one."""
    rows = {row.scenario: row for row in _read()}
    cells = (scenario, str(times), must, found, control or "none needed", datetime.now(UTC).date().isoformat())
    row = Finding(*(re.sub(r"\s+", " ", cell).replace("|", "/").strip() for cell in cells))
    rows[row.scenario] = row
    lines = [
        f"| {' | '.join(cells)} |" for cells in (HEADS, ("---",) * len(HEADS), *map(astuple, sorted(rows.values())))
    ]
    LOG.write_text(f"{INTRODUCTION}\nMachine: {_machine()}.\n\n" + "\n".join(lines) + "\n")


def _read() -> list[Finding]:
    if not LOG.exists():
        return []
    table = [line.strip("| ").split(" | ") for line in LOG.read_text().splitlines() if line.startswith("| ")]
    return [Finding(*cells) for cells in table[2:]]


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return f"{os.cpu_count()} cores, {memory} GiB, Python {platform.python_version()}"
