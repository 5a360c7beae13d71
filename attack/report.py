"""docs/security.md: what was tried against the site, how often, and what came of it."""

from dataclasses import astuple, dataclass

from attack.fuzz import Fuzzed
from attack.scan import EXPLAINED, MODULES, Scanned
from attack.site import ROOT
from config.run.tables import rows_of, table, today

PAGE = ROOT / "docs" / "security.md"
HEADS = ("Attack", "Times", "Must hold", "Found", "Date")
INTRODUCTION = """# Attacks

What other people's tools tried against a whole demo in gunicorn, and what they found. `make attack` runs all of it
again and writes this page, a row for each attack that has ended; `make test` runs a short part in every run, and what
these tools can't see: redirects, sessions, forms, headers, webhooks, odd requests and talkative errors
(`tests/security`), other tenants' and other people's things (`tests/isolation`).

- **schemathesis** reads the API's own description and sends examples, boundary values, random data that fits and data
  that doesn't, and whole stories along the description's links; as whom, the table says. It checks that nothing
  answers with a 5xx, that every answer has a status, a type and a shape that is described, that what doesn't fit is
  refused and what fits is taken, and that no call works without the token it needs. What is cancelled stays to be
  seen as cancelled, so a session that was deleted may answer, if it says so. A 400 to data that fits the description
  counts as a fault unless it names a rule that a JSON schema can't say; those are listed in `attack/hooks.py`.
- **wapiti** crawls the pages and tries MODULES.
- **sqlmap** tries every parameter of the lists and searches: boolean, error, union, stacked and time-based.

Rate limits are off in the demo that is attacked (`RATE_LIMITS=0`, which production refuses): whoever is turned away at
the door finds nothing behind it. Limits have tests of their own (`tests/isolation/test_rate_limits.py`).
"""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    attack: str
    times: str
    must: str
    found: str
    day: str


def of_fuzz(one: Fuzzed, *, examples: int) -> Row:
    times = f"{one.requests} cases, at most {examples} random ones an operation"
    statuses = ", ".join(f"{count} × {status}" for status, count in one.statuses.items())
    found = "; ".join([*one.failures, *one.faults]) or "nothing"
    must = "0 × 5xx, no answer that is not described"
    return Row(f"schemathesis as {one.role}", times, must, f"{found} ({statuses})", today())


def of_scan(one: Scanned, *, seconds: int) -> Row:
    found = "; ".join(sorted(set(one.found))) or "nothing real"
    return Row(one.what, f"{one.size}, at most {seconds} s", "nothing real", found, today())


def write(rows: list[Row]) -> None:
    """Put rows in the place of the former ones; others stay as they were."""
    known = rows_of(PAGE.read_text() if PAGE.exists() else "") | {row.attack: list(astuple(row)) for row in rows}
    reasons = "\n".join(f"- *{part}*: {why}" for part, why in EXPLAINED.items())
    text = INTRODUCTION.replace("MODULES", ", ".join(f"`{module}`" for module in MODULES))
    PAGE.write_text(
        f"{text}\n{table(HEADS, sorted(known.values()))}\n\n## What a scanner says that is not so\n\n{reasons}\n"
    )
