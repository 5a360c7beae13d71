"""Writes docs/quality.md."""

import os
import platform
from datetime import UTC, datetime
from typing import Any

from quality.findings import Check
from quality.serve import ROOT

REPORT = ROOT / "docs" / "quality.md"
INTRODUCTION = """# Quality of the pages

`make quality` serves a fresh demo on servers of its own, opens every page that the URL resolver knows (as visitor,
student, trainer, owner and operator; below a path and on a host of its own; in each of its states), measures it, and
writes this page. A limit that is broken is listed below with page, mode and element, and makes the command fail. A
page in the resolver that is in no list of `quality/pages.py` fails it too.
"""
NOTES = """
## How it is measured

- **axe** runs with the rules of WCAG 2.0 to 2.2, A and AA, and its best practices. In the dark only the rules about
  colour and size run again: nothing else can differ. Public pages are those of the site, the buyer's road, accounts
  and errors; there no finding is allowed. In the student area, the office, the console and the stand-ins none may be
  serious or critical.
- **Touch targets** of 44 px are asked of the public pages, the student area and a trainer's day. Links within a
  sentence are left out, as WCAG 2.5.8 does.
- **Lighthouse** is its mobile preset: a slow phone on slow 4G, simulated. Each figure is the median of three runs.
  It needs a quiet machine; pages that ask not to be indexed are not audited.
- **HTML** is checked as it was sent, before any script ran. The Nu checker needs Java and is left out without;
  htmx's attributes are the one thing it is told to pass over. Of html-validate's rules four are off that are taste
  (`type="submit"` and `for` where they are implied, names of landmarks that are never shown together, lists with a
  label).
- **Not looked at**: the API reference, which is Swagger UI as it comes; the styleguide's HTML, which shows each
  sample twice under the same id.
- **First visit** counts bytes on the wire on a phone with an empty cache.
"""


def write(checks: list[Check], speeds: list[dict[str, Any]], *, seconds: float, left_out: list[str]) -> None:
    """Replace the report."""
    missing = f" Left out: {', '.join(left_out)}." if left_out else ""
    lines = [INTRODUCTION, f"{_when()} It took {seconds / 60:.0f} minutes.{missing}\n", _table(checks)]
    broken = [check for check in checks if not check.passed]
    if broken:
        lines.append("\n## What is broken\n")
        for check in broken:
            lines.append(f"**{check.name}**\n")
            lines += [f"- {finding}".replace("<", "&lt;") for finding in sorted(check.findings)]
            lines.append("")
    if speeds:
        lines += ["\n## Lighthouse, page by page\n", _speeds(speeds)]
    REPORT.write_text("\n".join(lines).rstrip() + "\n" + NOTES)


def _table(checks: list[Check]) -> str:
    rows = [("Check", "Limit", "Measured", "Holds"), ("---",) * 4]
    rows += [
        (each.name, each.limit, each.measured, "yes" if each.passed else f"**no**, {len(each.findings)}")
        for each in checks
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _speeds(speeds: list[dict[str, Any]]) -> str:
    heads = ("Page", "Performance", "Accessibility", "Best practices", "SEO", "LCP", "CLS", "TBT")
    rows = [heads, ("---",) * len(heads)]
    for each in speeds:
        scores = [f"{each[name]:.0f}" for name in ("performance", "accessibility", "practices", "seo")]
        rows.append(
            (each["page"], *scores, f"{each['lcp'] / 1000:.2f} s", f"{each['cls']:.3f}", f"{each['tbt']:.0f} ms")
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _when() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    today, python = datetime.now(UTC).date().isoformat(), platform.python_version()
    return f"Measured on {today} on a machine with {os.cpu_count()} cores and {memory} GiB, Python {python}."
