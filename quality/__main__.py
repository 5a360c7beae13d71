"""`make quality`: serve a fresh demo, measure its pages, write docs/quality.md; exit code 1 when a limit is broken."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from quality import serve
from quality.findings import Check


def main() -> int:
    """Run everything, or the parts that are named."""
    options = argparse.ArgumentParser(prog="python -m quality", description=__doc__)
    options.add_argument("parts", nargs="*", help="only these parts; the rows of the others stay")
    options.add_argument("--port", type=int, default=0, help="a demo that is served already (with --data)")
    options.add_argument("--data", type=Path, help="where that demo keeps its data")
    options.add_argument("--like", default="", help="only pages whose label has this, a regular expression")
    given = options.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        data = given.data or Path(folder)
        with serve.served(data, running=given.port) as site:
            serve.use_database_of(data, site.port)
            from quality import report
            from quality.run import Run

            run = Run(site, serve.TENANTS[0], like=given.like)
            for checks in run.go(given.parts):
                if not given.like:
                    report.write(checks, run.speeds)
    seconds = time.monotonic() - began
    _tell(run.checks, seconds=seconds)
    return 0 if all(check.passed for check in run.checks) else 1


def _tell(checks: list[Check], *, seconds: float) -> None:
    for check in checks:
        print(f"  {'✓' if check.passed else '✗'} {check.name}: {check.measured} (limit: {check.limit})")
        for finding in sorted(check.findings):
            print(f"      {finding}")
    print(f"  After {seconds:.0f} s.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
