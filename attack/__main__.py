"""`python -m attack [--examples 500] [--minutes 10] [fuzz|sqlmap|wapiti …]`: attack a fresh demo.

Writes docs/security.md. Ends with 1 when anything real was found.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from attack import report, scan, site
from attack.fuzz import PEOPLE, fuzz

REPORTS = site.ROOT / "var" / "attack"
STARTS = [("", ""), ("", "student"), ("admin/", "owner")]


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m attack", description=__doc__)
    asked.add_argument("parts", nargs="*", help="fuzz, sqlmap, wapiti; all of them by default")
    asked.add_argument("--examples", type=int, default=500, help="random cases for each operation of the API")
    asked.add_argument("--minutes", type=int, default=10, help="the most that one scan may take")
    asked.add_argument("--port", type=int, default=8250)
    chosen = asked.parse_args()
    parts = chosen.parts or ["fuzz", "sqlmap", "wapiti"]
    shutil.rmtree(REPORTS, ignore_errors=True)
    REPORTS.mkdir(parents=True)
    good = True
    with site.running(chosen.port) as demo:
        for row, fine in _attacks(demo, parts, chosen.examples, chosen.minutes * 60, REPORTS):
            print(f"  {'✓' if fine else '✗'} {row.attack}: {row.found}", flush=True)
            report.write([row])
            good = good and fine
    return 0 if good else 1


def _attacks(
    demo: site.Site, parts: list[str], examples: int, seconds: int, reports: Path
) -> Iterator[tuple[report.Row, bool]]:
    if "fuzz" in parts:
        for role in PEOPLE:
            fuzzed = fuzz(demo, role, examples=examples, seconds=4 * 3600, reports=reports)
            yield report.of_fuzz(fuzzed, examples=examples), fuzzed.good
    if "sqlmap" in parts:
        for scanned in scan.sqlmap(demo, reports=reports, seconds=seconds):
            yield report.of_scan(scanned, seconds=seconds), not scanned.found
    if "wapiti" in parts:  # the last one: as the owner it presses every button, roles of others included
        for start, person in STARTS:
            scanned = scan.wapiti(demo, start, person, seconds=seconds, reports=reports)
            yield report.of_scan(scanned, seconds=seconds), not scanned.found


if __name__ == "__main__":
    sys.exit(main())
