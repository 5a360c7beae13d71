"""What only a person's way through the site shows: the browser tests, run as one check of this report."""

import re
import subprocess
import sys

from quality import AS_STARTED
from quality.findings import Check
from quality.serve import ROOT

ROADS = {
    "By keyboard alone: book and pay; focus seen, in order, never trapped": "test_by_keyboard.py",
    "Without JavaScript: book, pay, cancel": "test_without_javascript.py",
    "Sold out, late money, hold over": "test_sold_out_and_late.py",
    "Back, reload, two tabs, double clicks": "test_lose_and_double_nothing.py",
    "Hold timer: seen, announced, extended once": "test_hold_in_time.py",
    "At most four pages and six fields to a booking": "test_short_way.py",
}


def drive() -> list[Check]:
    """Run each file of tests; a failing test is a finding."""
    checks = []
    for name, file in ROADS.items():
        check = Check(name, "every test passes")
        command = [sys.executable, "-m", "pytest", f"tests/browser/{file}", "-p", "no:cacheprovider"]
        done = subprocess.run(command, cwd=ROOT, env=AS_STARTED, capture_output=True, text=True, check=False)
        passed = re.search(r"(\d+) passed", done.stdout)
        check.measured = f"{passed[1] if passed else 0} tests"
        for failed in re.findall(r"^(?:FAILED|ERROR) (\S+)(?: - (.*))?$", done.stdout, re.MULTILINE):
            check.fault(failed[0].rpartition("::")[2], "", failed[1] or "fails")
        if done.returncode and not check.findings:
            check.fault(file, "", "did not run", (done.stdout + done.stderr)[-200:])
        checks.append(check)
    return checks
