"""The log of races and faults: what each scenario had to show, and what it showed when it was last run thoroughly.

`make faults` writes it. A run of a few scenarios replaces their rows and leaves the others.
"""

from pathlib import Path

from config.run.tables import machine, rows_of, table, today

LOG = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
HEADS = ("Scenario", "Times", "Must hold", "Found", "Control", "Date")
INTRODUCTION = """# Races and faults

What was tried to sell a seat twice, to lose a booking or money, or to keep the site down, and what came of it. Each
scenario runs over real HTTP against several processes, Postgres, Redis and the local stand-in for Stripe. Its control
is the same scenario with the safeguard taken away, and must fail.

`make faults` runs all of it again and writes this page; `make test-long` runs each a few times.
"""


def note(scenario: str, *, times: int, must: str, found: str, control: str) -> None:
    """Put a row into the log in the place of the scenario's former one.

    `must` is the pass figure, `found` what was counted, `control` how the control failed.
    """
    rows = rows_of(LOG.read_text() if LOG.exists() else "")
    rows[scenario] = [scenario, str(times), must, found, control, today()]
    LOG.write_text(f"{INTRODUCTION}\nMachine: {machine()}.\n\n{table(HEADS, sorted(rows.values()))}\n")
