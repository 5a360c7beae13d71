"""Lighthouse on the public pages: its mobile preset (a slow phone on slow 4G), the median of several runs."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from quality.findings import Check

HERE = Path(__file__).parent
RUNS = 3
AT_LEAST = {"performance": 95, "accessibility": 100, "practices": 96, "seo": 95}
AT_MOST = {"lcp": 1800.0, "cls": 0.05, "tbt": 100.0}  # milliseconds, shift score, milliseconds


def audit(pages: dict[str, str]) -> tuple[list[Check], list[dict[str, Any]]]:
    """Both rows of the report, and the medians of each page, given by its label."""
    scores = Check("Lighthouse, mobile: performance, accessibility, best practices, SEO", "≥ 95, 100, ≥ 96, ≥ 95")
    speed = Check("LCP, CLS, TBT (Lighthouse, mobile)", "≤ 1.8 s, ≤ 0.05, ≤ 100 ms")
    table = []
    for label, address in pages.items():
        runs = list(_run(address))
        middle: dict[str, Any] = {name: median(run[name] for run in runs) for name in (*AT_LEAST, *AT_MOST)}
        failed = sorted({each for run in runs for each in run["failed"]})
        table.append({"page": label, **middle})
        for name, least in AT_LEAST.items():
            if middle[name] < least:
                reasons = [each for each in failed if name in each or (name == "practices" and "best" in each)]
                scores.fault(label, "", f"{name} {middle[name]:.0f}, not {least}", ", ".join(reasons))
        for name, most in AT_MOST.items():
            if middle[name] > most:
                speed.fault(label, "", f"{name.upper()} is {middle[name]:.2f}, not {most:g}")
    scores.measured = (
        ", ".join(f"{min(row[name] for row in table):.0f}" for name in AT_LEAST) + f" at worst of {len(table)} pages"
    )
    lcp, cls, tbt = (max(row[name] for row in table) for name in AT_MOST)
    speed.measured = f"{lcp / 1000:.2f} s, {cls:.3f}, {tbt:.0f} ms at worst"
    return [scores, speed], table


def _run(address: str) -> Iterator[dict[str, Any]]:
    chrome = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    command = ["node", str(HERE / "lighthouse.mjs"), str(RUNS), address]
    done = subprocess.run(
        command, cwd=HERE, env={**os.environ, "CHROME_PATH": chrome}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"Lighthouse could not look at {address}:\n{done.stderr[-2000:]}")
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            yield json.loads(line)
