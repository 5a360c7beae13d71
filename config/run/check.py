"""`make test` and `make lint`: a sentence and a time for each check. All checks of the text run, then the tests.

`make test-long` runs the long tests, which `make test` leaves out so that it ends within twelve minutes on two cores.
CI runs both.
`make test-database` runs what depends on the version of Postgres, on the oldest server that Debian ships.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PYTHON = sys.executable
# Tests start hundreds of processes; each would compile all modules anew where no bytecode may be kept.
KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
PYTEST = [PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal"]


@dataclass(frozen=True)
class Check:
    """One command that must succeed."""

    promise: str
    command: Sequence[str]


@dataclass(frozen=True)
class Skipped:
    """A test that did not run, and the reason it gave."""

    test: str
    reason: str

    @property
    def is_expected(self) -> bool:
        return self.reason in EXPECTED_SKIPS


CHECKS = [
    Check("Types are right", [str(BIN / "mypy")]),
    Check("The code follows the rules of ruff", [str(BIN / "ruff"), "check", "--output-format=concise", "."]),
    Check("The code is formatted", [str(BIN / "ruff"), "format", "--check", "."]),
    Check("Templates are laid out", [PYTHON, "-m", "config.run.templates"]),
    Check("No app is less typed than it was", [PYTHON, "-m", "config.run.untyped"]),
    Check("Nobody imports upwards", [str(BIN / "lint-imports")]),
    Check("No migration is missing", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
    Check("The stylesheet is fresh", [str(BIN / "npm"), "run", "--silent", "css:check"]),
]

# Takes as long as the types do, on the other core.
DATABASE = Check("The tests have a database to begin with", [PYTHON, "-m", "tests.support.prepare"])

# The journey that everything else depends on; the others in a browser are long.
SHORT_JOURNEY = "test_book_and_pay.py"
JOURNEYS = sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "tests/browser").glob("test_*.py") if path.name != SHORT_JOURNEY
)
# What hurts the site with many clients, killed servers and providers that fail, what walks through every door in each
# role, journeys in a browser, and what tries a rule in each order that chance can think of.
LONG = [
    "tests/races",
    "tests/faults",
    "tests/isolation",
    "tests/office/test_open_pages.py",
    *JOURNEYS,
    "tests/website/browser",
    "tests/sandbox/test_look_at_pages.py",
    "tests/sandbox/test_use_telephones.py",
    "tests/security/test_forms.py",
    "tests/security/test_fuzz_the_api.py",
    "tests/bookings/test_tell_around_sessions.py",
    "tests/files/test_keep_files_in_a_bucket.py",
    "tests/payments/test_decide_disputes.py",
    "tests/payments/test_keep_what_was_paid_too_much.py",
    "tests/tenants/test_know_whose_account_it_is.py",
    "tests/tenants/test_migrate_tenants.py",
    "tests/tenants/test_tell_every_process.py",
]
# Schemas, migrations, dumps, constraints, locks: what another server may do differently.
DATABASE_PART = [
    "tests/tenants", "tests/events", "tests/payments", "tests/bookings", "tests/terms",
    "tests/reports/test_search_alike.py",
]  # fmt: skip
# Of these, what is about Redis, PDFs or the stand-in for Stripe, and what no query of ours meets.
NOT_OF_IT = [
    "tests/tenants/test_tell_every_process.py",
    "tests/payments/test_print_a_receipt.py",
    "tests/payments/test_send_money_back_again.py",
    "tests/payments/test_find_lost_pages.py",
    "tests/payments/test_lose_no_money.py",
]
SLOWEST = ["--durations=20", "--durations-min=2"]
# The reasons that a usual run may have. What a test says besides is a mistake, or a test that quietly stopped.
EXPECTED_SKIPS = {
    "in thorough runs only",
    "in thorough runs, and as root only",
    "pgbouncer is not installed",
    "Pango is missing",
    "only root runs Postgres as somebody else",
}


def main(arguments: list[str]) -> int:
    """Run the checks of the text, and after them the tests if `tests` is given. Returns the exit code.

    With `long` or `database`, those parts of the tests run alone.
    """
    if "database" in arguments:
        return run_database_part()
    if "long" in arguments:
        return _run_tests("the long tests", [*PYTEST, *SLOWEST, *LONG])
    began = time.monotonic()
    wanted = [*CHECKS[:1], *([DATABASE] if "tests" in arguments else []), *CHECKS[1:]]
    with tempfile.TemporaryDirectory() as data, ThreadPoolExecutor(2) as pool:
        checks = [check for check in wanted if shutil.which(check.command[0])]
        # list() would wait for all; sentences appear in order as soon as they are known.
        passed = [_report(*result) for result in pool.map(lambda check: _run(check, data), checks)]
    for check in wanted:
        if check not in checks:
            print(f"  ✗ {check.promise}: {check.command[0]} is not installed", flush=True)
            passed.append(False)
    if not all(passed):
        print("Not all is well, see above. The tests were not run.")
        return 1
    if "tests" not in arguments:
        return 0
    others = [*PYTEST, *SLOWEST, *(f"--ignore={path}" for path in LONG)]
    return _run_tests("the tests but the long ones", others, began=began)


def run_database_part() -> int:
    """Run the database part on the system's Postgres. Returns the exit code."""
    servers = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if not servers:
        print("There is no Postgres in /usr/lib/postgresql. On Debian: apt-get install postgresql")
        return 1
    programs = servers[0].parent
    command = [*PYTEST, *DATABASE_PART, *(f"--ignore={path}" for path in NOT_OF_IT)]
    what = f"the database part of the tests on Postgres {programs.parent.name}"
    return _run_tests(what, command, env={"MUSTER_TEST_POSTGRES": str(programs)})


def _run_tests(
    what: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, began: float | None = None
) -> int:
    """Run pytest; say how it went, what was skipped, and how long it took since `began`. Returns the exit code.

    A test that is skipped for a reason that nobody expects fails the run.
    """
    began = time.monotonic() if began is None else began
    print(f"  Running {what} …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = subprocess.run(
            [*command, f"--junitxml={report}"],
            cwd=ROOT,
            env={**os.environ, **KEEP_BYTECODE, **(env or {})},
            check=False,
        ).returncode
        left_out = read_skipped(report) if report.exists() else []
    for line in tell_skipped(left_out):
        print(f"  {line}", flush=True)
    if not all(each.is_expected for each in left_out):
        code = code or 1
    print(f"  {'Not all is well' if code else 'All is well'}, after {time.monotonic() - began:.0f} s", flush=True)
    return code


def read_skipped(report: Path) -> list[Skipped]:
    """The tests that a report of pytest (`--junitxml`) has as skipped."""
    return [
        Skipped(f"{case.get('classname', '')}.{case.get('name', '')}".lstrip("."), skip.get("message", ""))
        for case in ElementTree.parse(report).iter("testcase")
        for skip in case.iter("skipped")
    ]


def tell_skipped(skipped: list[Skipped]) -> list[str]:
    """How many were skipped for which reason, and each that nobody expects."""
    if not skipped:
        return ["No test was skipped"]
    reasons = Counter(each.reason for each in skipped).most_common()
    lines = [f"{len(skipped)} skipped: " + "; ".join(f"{many} {reason}" for reason, many in reasons)]
    return lines + [f"✗ Nobody expects this to be skipped: {each.test}" for each in skipped if not each.is_expected]


def _run(check: Check, data: str) -> tuple[Check, float, "subprocess.CompletedProcess[str]"]:
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, "MUSTER_DEMO": "1", "MUSTER_SANDBOX": "1", "MUSTER_DATA": data, "DB_POOL": "0"}
        | {"PYTHONWARNINGS": "ignore", "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return check, time.monotonic() - began, done


def _report(check: Check, seconds: float, done: "subprocess.CompletedProcess[str]") -> bool:
    good = done.returncode == 0
    print(f"  {'✓' if good else '✗'} {check.promise} ({seconds:.1f} s)", flush=True)
    if not good:
        print(done.stdout, flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
